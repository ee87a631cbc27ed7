// A frame shows that it is ours by answering: one that `frame-ancestors` has
// refused fires `load` as well. Used on both sides.

/** Milliseconds within which our page answers once it is loaded. */
const PATIENCE = 3000;
/** Milliseconds within which a frame loads. */
const LIMIT = 30000;
/** What the page says first; with it comes the port for everything else. */
const HELLO = "click-to-dial";

/** A port to our page in the frame, or a rejection. */
export const shake = (frame, edge, signal) =>
  new Promise((resolve, reject) => {
    const late = setTimeout(reject, LIMIT);
    signal.addEventListener("abort", reject);
    const greet = () => {
      clearTimeout(late);
      setTimeout(reject, PATIENCE);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(port1);
      frame.contentWindow?.postMessage(HELLO, edge, [port2]);
    };
    frame.addEventListener("load", greet, { once: true });
  });

/** Within our page: calls back with a port to the page around it, and that page's origin. */
export const answer = (met) =>
  addEventListener("message", ({ source, data, ports, origin }) => {
    if (source != parent || data != HELLO || !ports[0]) return;
    met(ports[0], origin);
  });
