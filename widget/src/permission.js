// What the page hears from the element.

/** Tells the page something. False where it has cancelled the event. */
export const dispatch = (host, name, detail) =>
  host.dispatchEvent(
    new CustomEvent(name, { bubbles: true, composed: true, cancelable: name == "ctd-before-call", detail }),
  );

/** Asks the page whether it has anything against a call, and waits as long as it wants. */
export const permission = async (host, detail) => {
  const waits = [];
  detail.waitUntil = (promise) => void waits.push(promise);
  const allowed = dispatch(host, "ctd-before-call", detail);
  try {
    return allowed && !(await Promise.all(waits)).includes(false);
  } catch {
    return false;
  }
};
