// Within our frame (`GET /buttons/{buttonId}/frame`): the element as on any page,
// with its panel all there is to see, and the page around it told of everything.
import { answer } from "./handshake.js";

/** Milliseconds between two tickets: half of what one is valid, so that one may fail. */
const RENEW = 300_000;

/** The panel is the whole page; the frame around it has the corners and the shadow. */
const LOOK = `
  :host{position:static!important}
  :host>button{display:none}
  .panel{position:absolute!important;inset:0 0 auto!important;width:100%!important;max-width:none!important;max-height:none!important;margin:0!important;border:0!important;border-radius:0!important;box-shadow:none!important;animation:none!important}`;

/** Where the visitor goes on in each state. */
const GOES_ON = "[part~=number],[part~=hang-up],[part~=again]";

const { button, ticket } = document.body.dataset;
const host = document.createElement("click-to-dial");
const root = () => host.shadowRoot;
const look = new CSSStyleSheet();
/** What the page looks like, in words for the document's root. */
const around = new CSSStyleSheet();
document.adoptedStyleSheets = [around];
around.replaceSync("html,body{margin:0}");
look.replaceSync(LOOK);

const keep = (fresh) => host.setAttribute("frame-ticket", fresh);

const renew = async () => {
  const headers = { "frame-ticket": host.getAttribute("frame-ticket") };
  const given = await fetch(`/buttons/${button}/frame`, { method: "POST", headers }).catch(() => {});
  if (given?.ok) return keep((await given.json()).ticket);
  // Slept through its life: only the browser itself can vouch for the page again.
  if (given?.status == 401 && !host.hasAttribute("state")) location.reload();
};

/** What the button's owner has chosen, for the button on the page: the third sheet (stage.js). */
const theme = () => root().adoptedStyleSheets[2]?.cssRules[0]?.cssText;

/** What the page around has been asked, until it answers. */
const asked = [];

const follow = (port) => {
  const say = (message) => port.postMessage(message);
  const ask = (message) => new Promise((resolve) => say({ ...message, ask: asked.push(resolve) }));
  const size = new ResizeObserver(([{ target }]) => {
    // What is known of the button has come in between, and its look with it.
    if (target.offsetHeight) say({ height: target.offsetHeight, theme: theme() });
  });
  const state = () => {
    const panel = root().querySelector(".panel");
    if (panel) size.observe(panel);
    // The app has put its own sheets in place when it came up.
    if (!root().adoptedStyleSheets.includes(look)) root().adoptedStyleSheets.push(look);
    const title = panel?.querySelector("[part=title]")?.textContent;
    say({ state: host.getAttribute("state"), open: !!panel, title });
  };
  new MutationObserver(() => {
    if (host.getAttribute("mode") == "fallback") say({ stuck: true });
    // The panel is drawn a moment after the attribute has changed.
    setTimeout(state);
  }).observe(host, { attributes: true });

  // The page around decides on a call; the app waits for its answer.
  for (const name of ["ctd-before-call", "ctd-status", "ctd-end", "ctd-error"])
    document.addEventListener(name, (event) => {
      const { waitUntil, ...detail } = event.detail;
      if (!waitUntil) return say({ event: name, detail });
      waitUntil(ask({ event: name, detail }));
    });

  port.onmessage = ({ data }) => {
    if (data.look) dress(data.look);
    if (data.said) listen(data.said, (how) => ask({ renew: how.renew }));
    if (data.word) tell(data.word);
    if (data.answer) asked[data.answer - 1](data.given);
  };
  say("ready");
};

/** What the page says on its element, said on ours; its token stays there until it is needed. */
const listen = ({ attributes, agent, around }, provider) => {
  for (const name of host.getAttributeNames())
    if (/^(contact-.+|texts)$/.test(name) && !(name in attributes)) host.removeAttribute(name);
  for (const name in attributes) host.setAttribute(name, attributes[name]);
  host.tokenProvider = agent ? provider : undefined;
  host.around = around;
};

const tell = (word) => {
  if (word.startsWith("tel:")) host.dial(word.slice("tel:".length));
  else if (word == "toggle") root().querySelector("button").click();
  else if (["open", "close", "dial", "hangUp"].includes(word)) host[word]();
};

const dress = ({ properties, scheme, lang, dir }) => {
  const { style } = document.documentElement;
  for (const [name, value] of properties) style.setProperty(name, value);
  style.colorScheme = scheme == "normal" ? "light" : scheme;
  if (lang) document.documentElement.lang = lang;
  document.documentElement.dir = dir;
};

answer((port) => {
  if (host.isConnected) return;
  keep(ticket);
  host.setAttribute("button", button);
  document.body.append(host);
  follow(port);
  setInterval(renew, RENEW);
  // The page gives the frame the focus; within it, it belongs where the visitor goes on.
  addEventListener("focus", () => {
    if (!root().activeElement) root().querySelector(GOES_ON)?.focus();
  });
  addEventListener("pageshow", renew);
});
