/** As many digits as E.164 has, the country's own included. */
const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * The international number that a `tel:` address names (RFC 3966); nothing where it
 * names another kind, such as a short number, or one with an extension.
 */
export const number = (address) => {
  let text = address.slice("tel:".length);
  try {
    text = decodeURIComponent(text);
  } catch {}
  const plain = text.replace(/[-.()\s]/g, "");
  return E164.test(plain) ? plain : undefined;
};
