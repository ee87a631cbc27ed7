// The page allows neither wasm nor our frame: what the button's owner has
// configured for that, or else what the page itself says.
import { spoken } from "../src/tongue.js";
import { WORDS } from "./fallback-words.js";
import { number } from "./number.js";
import { colours } from "./theme.js";

/** Where a link may lead. */
const SAFE = ["https:", "http:", "tel:", "mailto:"];

/** A panel with the way out, as the loader sees it. */
export class Fallback {
  #page;
  #panel = document.createElement("div");
  /** What the button's owner has configured for this case; nothing until it has come. */
  #owner = {};
  #watch = new MutationObserver(() => {
    // The button's label may be in another language now, too.
    this.#page.host.connectedCallback();
    this.#fill();
  });

  constructor(page) {
    this.#page = page;
    const { host, place } = page;
    host.setAttribute("mode", "fallback");
    Object.assign(this.#panel, { className: "ctd-frame ctd-way", popover: "manual", role: "dialog" });
    this.#panel.setAttribute("part", "panel");
    this.#panel.dataset.state = "fallback";
    place.append(this.#panel);
    for (let node = host; node; node = node.parentNode ?? node.host)
      this.#watch.observe(node, { attributes: true, attributeFilter: ["lang"] });
    this.#read();
  }

  async #read() {
    const { edge, id } = this.#page;
    try {
      const answer = await fetch(`${edge}/buttons/${encodeURIComponent(id)}`);
      const { fallback = {}, theme } = await answer.json();
      this.#owner = fallback;
      this.#page.theme.replaceSync(colours(theme));
    } catch {}
    this.#fill();
  }

  #fill() {
    const { host } = this.#page;
    const { text, number, url } = this.#owner;
    const [tag, tongue] = spoken(host);
    const [closed, callInstead, contactInstead] = WORDS[tongue];
    Object.assign(this.#panel, { lang: tag, dir: ["ar", "he"].includes(tongue) ? "rtl" : "ltr" });
    const words = document.createElement("p");
    words.textContent = text ?? closed;
    const way = number ? `tel:${number}` : (url ?? host.getAttribute("fallback-href"));
    const link = safe(way) && Object.assign(document.createElement("a"), { href: way });
    if (link) {
      link.setAttribute("part", "fallback");
      // A number keeps its own direction.
      link.textContent = number ? callInstead.replace("{to}", `\u2066${number}\u2069`) : contactInstead;
      if (url && !number) link.target = "_top";
    }
    this.#panel.setAttribute("aria-label", words.textContent);
    this.#panel.replaceChildren(words, ...(link ? [link] : []));
  }

  tell(word) {
    const { host, trigger } = this.#page;
    if (word.startsWith("tel:")) {
      // The phone's own way to call is still there.
      location.href = number(word) ? `tel:${number(word)}` : word;
      return;
    }
    const open = this.#panel.matches(":popover-open");
    const wanted = word == "toggle" ? !open : word != "close" && word != "hangUp";
    if (open != wanted) this.#panel.togglePopover(wanted);
    trigger.setAttribute("aria-expanded", wanted);
    if (wanted) host.setAttribute("state", "error");
    else host.removeAttribute("state");
  }

  free() {
    this.#watch.disconnect();
    this.#panel.remove();
  }
}

const safe = (way) => {
  try {
    return SAFE.includes(new URL(way, document.baseURI).protocol);
  } catch {
    return false;
  }
};
