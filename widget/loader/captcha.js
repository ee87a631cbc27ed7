// Within our page `GET /buttons/{buttonId}/captcha`: the captcha alone. Its token
// goes to the page around, which the policy's `frame-ancestors` has let in.
import { answer } from "./handshake.js";

const { script, siteKey, action } = document.body.dataset;

answer((port) => {
  const say = (message) => port.postMessage(message);
  const place = document.createElement("div");
  const failed = () => say({ failed: "CAPTCHA_FAILED" });
  const api = document.createElement("script");
  api.onerror = failed;
  api.onload = () => {
    const shown = window.turnstile?.render(place, {
      sitekey: siteKey,
      action,
      callback: (token) => say({ token }),
      "error-callback": failed,
    });
    if (!shown) failed();
  };
  new ResizeObserver(() => say({ height: document.documentElement.offsetHeight })).observe(place);
  document.body.replaceChildren(place);
  // Otherwise it would look for places of its own at its own time.
  api.src = `${script}${script.includes("?") ? "&" : "?"}render=explicit`;
  document.head.append(api);
  say("ready");
});
