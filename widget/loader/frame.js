// For pages whose policy forbids wasm or requests to us: the app in our frame,
// and what is left where frames are forbidden too. Also the captcha, which
// never runs anywhere else.
import { about, agent, token } from "../src/host.js";
import { dispatch, permission } from "../src/permission.js";
import { Fallback } from "./fallback.js";
import { shake } from "./handshake.js";
import { number } from "./number.js";
import { Place } from "./place.js";

/** The panel as the page sees it; what is in it, the frame draws. */
const LOOK = `
  .ctd-frame{all:initial;color-scheme:inherit;position:fixed;inset:auto 16px 16px auto;box-sizing:border-box;width:340px;max-width:calc(100vw - 32px);max-height:calc(100dvh - 32px);border:1px solid var(--ctd-border,#8884);border-radius:calc(var(--ctd-radius,var(--ctd_r,14px)) + 6px);overflow:hidden;background:var(--ctd-surface,Canvas);z-index:2147483647;box-shadow:0 1px 2px #0f1f1c14,0 16px 40px -8px #0f1f1c47}
  .ctd-frame:popover-open{display:block}
  .ctd-frame:not(:popover-open){display:none}
  .ctd-frame iframe{display:block;width:100%;height:240px;max-height:calc(100dvh - 32px);border:0;color-scheme:inherit}
  .ctd-way{padding:20px;background:var(--ctd-surface,Canvas);color:var(--ctd-text,CanvasText);border:1px solid var(--ctd-border,GrayText);font:15px/1.45 var(--ctd-font,system-ui,sans-serif);overflow-wrap:anywhere}
  .ctd-way p{margin:0 0 16px}
  .ctd-way a{display:block;padding:12px 16px;border-radius:var(--ctd-radius,var(--ctd_r,14px));background:var(--ctd-accent,var(--ctd_a));color:var(--ctd-accent-text,var(--ctd_t));font-weight:600;text-align:center;text-decoration:none}
  .ctd-way a:focus-visible{outline:3px solid var(--ctd-accent,var(--ctd_a));outline-offset:2px}
  @media(max-width:520px){.ctd-frame{inset:auto 0 0!important;width:100%;max-width:none;border-radius:22px 22px 0 0}}`;

/** What the frame's document cannot inherit. */
const LOOKS = ["accent", "accent-text", "surface", "text", "muted", "border", "danger", "radius", "font"];
/** Events that the page hears from the element. */
const EVENTS = ["ctd-status", "ctd-end", "ctd-error"];
/** States without a call that could outlive the page. */
const IDLE = [null, "form", "error", "failed", "disconnected"];

/** Mounts a button on this page. */
export const framed = (tools) => {
  const sheet = tools.sheet(LOOK);
  return (host, trigger, place, id) => {
    const root = host.shadowRoot;
    const theme = tools.sheet("");
    root.adoptedStyleSheets = [root.adoptedStyleSheets[0], sheet, theme];
    const page = { edge: tools.edge, host, trigger, place, id, theme };
    // In our own frame already: a browser that has no wasm at all.
    return host.hasAttribute("frame-ticket") ? new Fallback(page) : new Framed(page);
  };
};

/** The app in our frame, as the loader sees it. */
class Framed {
  #page;
  #panel = document.createElement("div");
  #frame = document.createElement("iframe");
  #port;
  /** What our page has been told of this one. */
  #said;
  #place;
  #fallback;
  #waiting = [];
  #watch;
  /** It was opened here, and the frame has not said so yet. */
  #opening = false;
  #ended = new AbortController();

  constructor(page) {
    this.#page = page;
    const { edge, host, trigger, place, id } = page;
    this.#place = new Place(host, trigger, place);
    Object.assign(this.#panel, { className: "ctd-frame", popover: "manual" });
    this.#panel.setAttribute("part", "panel");
    Object.assign(this.#frame, { title: host.shadowRoot.querySelector("[part=label]").textContent, src: address(edge, id) });
    this.#frame.setAttribute("part", "frame");
    this.#panel.append(this.#frame);
    place.append(this.#panel);
    host.setAttribute("mode", "frame");
    host.addEventListener("keydown", (event) => event.key == "Escape" && this.tell("close"), {
      signal: this.#ended.signal,
    });
    shake(this.#frame, edge, this.#ended.signal).then(
      (port) => this.#meet(port),
      () => this.#give_up(),
    );
  }

  /** Our page is there: it is told what this page is like, and what was asked for meanwhile. */
  #meet(port) {
    this.#port = port;
    port.onmessage = ({ data }) => this.#hear(data);
    this.#introduce();
    const { host } = this.#page;
    this.#watch = new MutationObserver(() => {
      // The button's label may be in another language now.
      host.connectedCallback();
      this.#introduce();
    });
    for (let node = host; node; node = node.parentNode ?? node.host)
      this.#watch.observe(node, { attributes: true, attributeFilter: node == host ? undefined : ["lang", "dir"] });
    for (const word of this.#waiting.splice(0)) this.#say(word);
  }

  /** What the page looks like and says of itself. Our page alone has the port's other end. */
  #introduce() {
    const { host } = this.#page;
    const now = JSON.stringify({ look: looks(host), said: says(host) });
    if (now != this.#said) this.#port.postMessage(JSON.parse((this.#said = now)));
  }

  /** A property of the element may have come since, which nobody tells. */
  #say(word) {
    this.#introduce();
    this.#port.postMessage({ word });
  }

  #give_up() {
    if (this.#ended.signal.aborted) return;
    this.#panel.remove();
    this.#fallback = new Fallback(this.#page);
    for (const word of this.#waiting.splice(0)) this.#fallback.tell(word);
  }

  #hear({ height, title, state, open, theme, event, detail, ask, renew, stuck }) {
    const { host } = this.#page;
    const answer = (given) => this.#port.postMessage({ answer: ask, given });
    if (title) this.#frame.title = title;
    if (theme) this.#page.theme.replaceSync(theme);
    if (height) this.#frame.style.height = `${height}px`;
    if (state !== undefined) this.#state(state, open);
    if (stuck) this.#give_up();
    if (renew !== undefined) token(host, renew).then(answer);
    else if (ask) permission(host, detail).then(answer);
    else if (EVENTS.includes(event)) dispatch(host, event, detail);
  }

  #state(state, open) {
    const { host, trigger, id } = this.#page;
    if (state === null) host.removeAttribute("state");
    else host.setAttribute("state", state);
    trigger.setAttribute("aria-expanded", open);
    const inside = host.shadowRoot.activeElement == this.#frame;
    if (open || !this.#opening) this.#show(open);
    if (open && this.#opening) this.#frame.focus();
    if (!open && inside && !this.#opening) trigger.focus();
    this.#opening &&= !open;
    // The page's loader looks here; the call's own record is in the frame's storage.
    try {
      const name = `ctd:${id}`;
      if (IDLE.includes(state)) localStorage.removeItem(name);
      else localStorage.setItem(name, "frame");
    } catch {}
  }

  #show(open) {
    if (open != this.#panel.matches(":popover-open")) this.#panel.togglePopover(open);
  }

  tell(word) {
    if (this.#fallback) return this.#fallback.tell(word);
    if (word.startsWith("tel:") && !number(word)) {
      location.href = word;
      return;
    }
    // A click is answered at once, whatever the frame still has to load.
    const opens = word == "open" || word == "toggle" || word == "dial" || word.startsWith("tel:");
    if (opens && !this.#panel.matches(":popover-open")) this.#opening = true;
    if (word == "close") this.#opening = false;
    if (this.#opening) this.#show(true);
    if (this.#port) this.#say(word);
    else this.#waiting.push(word);
  }

  free() {
    this.#ended.abort();
    this.#watch?.disconnect();
    this.#place.free();
    this.#fallback?.free();
    this.#panel.remove();
  }
}

/** Our page. One that isolates itself takes only frames that do so, too. */
const address = (edge, id) =>
  `${edge}/buttons/${encodeURIComponent(id)}/frame${self.crossOriginIsolated ? "?isolated=1" : ""}`;

/** What a document of another origin cannot inherit: our properties, the language, the scheme. */
const looks = (host) => {
  const style = getComputedStyle(host);
  const properties = LOOKS.map((name) => [`--ctd-${name}`, style.getPropertyValue(`--ctd-${name}`)]);
  return {
    properties: properties.filter(([, value]) => value),
    scheme: style.colorScheme,
    lang: host.closest("[lang]")?.lang ?? "",
    dir: style.direction,
  };
};

/** What the page says on its element, as attributes of the one in the frame. */
const says = (host) => {
  const attributes = [...host.attributes].filter(({ name }) => /^(contact-.+|texts)$/.test(name));
  const said = Object.fromEntries(attributes.map(({ name, value }) => [name, value]));
  if (host.texts) said.texts = JSON.stringify(host.texts);
  return { attributes: said, agent: agent(host), around: about(host) };
};

/** Shows a captcha within an element, and resolves with its token. */
export const captcha = async ({ edge, id, within, signal }) => {
  const frame = document.createElement("iframe");
  Object.assign(frame, { title: "Captcha", src: `${edge}/buttons/${encodeURIComponent(id)}/captcha` });
  frame.setAttribute("part", "captcha");
  within.replaceChildren(frame);
  const port = await shake(frame, edge, signal);
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", reject);
    port.onmessage = ({ data: { height, token, failed } }) => {
      if (height) frame.style.height = `${height}px`;
      if (token) resolve(token);
      if (failed) reject(failed);
    };
  });
};
