export const framed = () => {};
export const captcha = () => {};
