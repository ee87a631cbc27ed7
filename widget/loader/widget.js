// The part of the widget that a page includes: it paints the button at once and
// fetches the app only when somebody means to use it. What happens then is in
// stage.js and in the app (../src). The build puts in where they are, on this
// script's origin, and their integrity.
(() => {
  const TAG = "click-to-dial";
  const HEARD = ["click", "pointerover", "focusin"];
  const script = document.currentScript;
  // A module has no script of its own, but whatever runs knows its address.
  const { origin: edge, searchParams } = new URL(
    script?.src ?? Error().stack.match(/http\S+widget\.js[^:\s)]*/)[0],
  );
  /** No answer within this many milliseconds is told to the visitor. */
  const LIMIT = 30000;

  /** One runtime for all elements of the page; undefined until it is wanted. */
  let runtime;
  let failures = 0;

  const sheet = (css) => {
    const made = new CSSStyleSheet();
    made.replaceSync(css);
    return made;
  };

  // `import()` alone checks no integrity: modulepreload does, and the import
  // then takes the checked module. A browser may remember that a module failed,
  // so that each new attempt has an address of its own.
  const load = (path, integrity) =>
    new Promise((resolve, reject) => {
      const href = edge + path + (failures ? "?" + failures : "");
      document.head.append(
        Object.assign(document.createElement("link"), {
          rel: "modulepreload",
          href,
          integrity,
          nonce: script?.nonce,
          onload: () => import(href).then(resolve, reject),
          onerror: reject,
        }),
      );
      setTimeout(reject, LIMIT);
    });

  const start = async () => {
    // Both at once. What goes wrong with the wasm is the second stage's to judge.
    const wasm = (async () => fetch(edge + __WASM__, { integrity: __WASM_INTEGRITY__ }))().catch((why) => why);
    return (await load(__APP__, __APP_INTEGRITY__)).ready(wasm, { edge, load, sheet });
  };

  const look = sheet(
    // Two texts share one cell, so that "Starting…" moves nothing on the page.
    // The icon is all border: that is the one area whose colour forced colours keep.
    `:host{display:inline-block;vertical-align:middle;--ctd_a:#0f6b5c;--ctd_t:#fff}:host([for]){display:contents}:host([hidden]),:host([for])>button{display:none}
    @supports(color:light-dark(red,red)){:host{--ctd_a:light-dark(#0f6b5c,#4fc9b0);--ctd_t:light-dark(#fff,#06231d)}}
    :host([placement=corner]){position:fixed;inset-block-end:var(--ctd-offset,20px);inset-inline-end:var(--ctd-offset,20px);z-index:2147483646}
    :host>button{display:inline-grid;grid-template-columns:auto auto;place-content:center;place-items:center;gap:.5em;min-height:2.9em;max-width:100%;padding:.5em 1.2em;border:1px solid transparent;border-radius:var(--ctd-radius,var(--ctd_r,14px));background:var(--ctd-accent,var(--ctd_a));color:var(--ctd-accent-text,var(--ctd_t));font:600 var(--ctd-size,15px)/1.3 var(--ctd-font,system-ui,sans-serif);cursor:pointer}
    :host>button:focus-visible{outline:3px solid var(--ctd-accent,var(--ctd_a));outline-offset:2px}
    :host>button>span{grid-area:1/2}:not(:empty)+[part=label]{visibility:hidden}
    [part=icon]{display:block;border:10px solid;clip-path:path("M5.5 2.9l2.2.4 1.1 3.3-1.6 1.4a10 10 0 0 0 4.7 4.7l1.4-1.6 3.3 1.1.4 2.2a1.7 1.7 0 0 1-1.7 2A13.9 13.9 0 0 1 3.5 4.6a1.7 1.7 0 0 1 1.7-1.7z")}`,
  );

  /** Makes an element of the shadow root. */
  const make = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    made.append(...children);
    return made;
  };

  class ClickToDial extends HTMLElement {
    static observedAttributes = ["button"];
    #say = make("span", { "aria-live": "polite" });
    #place = make("div");
    #button;
    #view;
    /** What the visitor opens it with: the button, or the page's own trigger. */
    #trigger;
    /** What was asked for before the app was there; a repeated click is one wish. */
    #wishes = new Set();

    constructor() {
      super();
      this.#button = make(
        "button",
        { part: "button", type: "button", "aria-haspopup": "dialog" },
        make("slot", { name: "icon" }, make("span", { part: "icon" })),
        this.#say,
        make("span", { part: "label" }, make("slot", {}, "Call now")),
      );
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [look];
      root.append(this.#button, this.#place);
      this.#button.onclick = () => this.#wish("toggle");
    }

    /** Intent anywhere, and clicks on the page's own trigger and telephone links. */
    #hear = (event) => {
      const name = this.getAttribute("for");
      const hit = event
        .composedPath()
        .find(
          (node) =>
            node == this.#button ||
            (name && node.id == name) ||
            (node.protocol == "tel:" && this.hasAttribute("tel-links")),
        );
      if (!hit) return;
      if (event.type != "click") return this.#view || this.#start();
      const plain = !(event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
      if (hit == this.#button || event.defaultPrevented || !plain) return;
      event.preventDefault();
      if (name && hit.id == name) {
        if (hit != this.#trigger) this.#leave();
        this.#trigger = hit;
        this.#wish("toggle");
      } else this.#wish(hit.href);
    };

    connectedCallback() {
      for (const type of HEARD) addEventListener(type, this.#hear);
      // A call of this button is under way: show it without being asked.
      try {
        if (localStorage["ctd:" + this.#id()]) this.#start();
      } catch {}
    }

    disconnectedCallback() {
      for (const type of HEARD) removeEventListener(type, this.#hear);
      this.#leave();
    }

    /** Moved within the page, it stays as it is. */
    connectedMoveCallback() {}

    attributeChangedCallback() {
      if (this.isConnected) {
        this.disconnectedCallback();
        this.connectedCallback();
      }
    }

    open() {
      this.#wish("open");
    }
    close() {
      this.#wish("close");
    }
    dial(number) {
      this.#wish(number ? "tel:" + number : "dial");
    }
    hangUp() {
      this.#wish("hangUp");
    }

    #id() {
      return this.getAttribute("button");
    }

    #leave() {
      this.#wishes.clear();
      this.#tell();
      this.#view?.free();
      this.#view = undefined;
      this.removeAttribute("state");
    }

    /** Says something in the label's place; nothing brings the label back. */
    #tell(words = "", busy = false) {
      this.#say.textContent = words;
      this.#button.setAttribute("aria-busy", busy);
    }

    #wish(word) {
      if (this.#view) return this.#view.tell(word);
      if (word == "close") {
        this.#wishes.clear();
        this.#tell();
      } else {
        this.#wishes.add(word);
        this.#tell("Starting…", true);
        this.#start();
      }
    }

    async #start() {
      try {
        const mount = await (runtime ??= start());
        if (!this.isConnected) return;
        this.#view ??= mount(this, this.#trigger ?? this.#button, this.#place, this.#id());
        this.#tell();
        for (const word of this.#wishes) this.#view.tell(word);
      } catch {
        runtime = undefined;
        failures++;
        if (this.#wishes.size) {
          this.#tell("Could not load. Try again");
          this.dispatchEvent(
            new CustomEvent("ctd-error", {
              bubbles: true,
              composed: true,
              detail: { button: this.#id(), code: "LOAD_FAILED" },
            }),
          );
          // What the page has for this case: a telephone link, or the owner's address.
          const way =
            [...this.#wishes].find((word) => word[3] == ":") ?? this.getAttribute("fallback-href");
          if (way) {
            this.setAttribute("mode", "fallback");
            location.href = way;
          }
        }
      }
      this.#wishes.clear();
    }
  }

  if (!customElements.get(TAG)) customElements.define(TAG, ClickToDial);

  // The tag's options are the element's attributes; a tag manager may keep only the address.
  const options = Object.entries({ ...Object.fromEntries(searchParams), ...script?.dataset });
  if (options.some(([name]) => name == "button")) {
    const element = document.createElement(TAG);
    const put = () => document.body.append(element);
    const here = script?.closest("body");
    if (!here) element.setAttribute("placement", "corner");
    for (const [name, value] of options)
      element.setAttribute(name.replace(/[A-Z]/g, "-$&"), value);
    here ? script.after(element) : document.body ? put() : addEventListener("DOMContentLoaded", put);
  }
})();
