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
    script?.src ?? Error().stack.match(/http\S+js[^:\s)]*/)[0],
  );
  /** "Call now", where the page says nothing else; English for all other languages. */
  const CALL = {
    ar: "اتصل",
    de: "Anrufen",
    es: "Llamar",
    fr: "Appeler",
    he: "התקשרו",
    hi: "कॉल करें",
    it: "Chiama",
    ja: "電話する",
    nl: "Bellen",
    pl: "Zadzwoń",
    pt: "Ligar",
    tr: "Ara",
    zh: "通话",
  };
  /** No answer within this many milliseconds is told to the visitor. */
  const LIMIT = 30000;

  /** One runtime for all elements of the page; undefined until it is wanted. */
  let runtime;
  /** One sign for each failure: what makes the next attempt's address another one. */
  let failures = "";

  const sheet = (css) => {
    const made = new CSSStyleSheet();
    made.replaceSync(css);
    return made;
  };

  /** Makes an element with these properties. */
  const make = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  // `import()` alone checks no integrity: modulepreload does, and the import
  // then takes the checked module. A browser may remember that a module failed,
  // so that each new attempt has an address of its own.
  const load = (path, integrity) =>
    new Promise((resolve, reject) => {
      const href = edge + path + failures;
      document.head.append(
        make("link", {
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
    // What can wait for the second stage is in panel.css: the browser's own ring shows the
    // focus until then. The icon is all border: that is the one area whose colour forced colours keep.
    `:host{display:inline-block;vertical-align:middle;--ctd_a:light-dark(#0f6b5c,#4fc9b0);--ctd_t:light-dark(#fff,#06231d)}:host([for]){display:contents}:host([hidden]),:host([for])>button{display:none}
    :host([placement=corner]){position:fixed;inset-block-end:0;inset-inline-end:0;margin:var(--ctd-offset,20px);z-index:999999}
    :host>button{display:inline-flex;justify-content:center;align-items:center;gap:.5em;min-height:2.9em;max-width:100%;padding:.5em 1.2em;border:1px solid transparent;border-radius:var(--ctd-radius,var(--ctd_r,14px));background:var(--ctd-accent,var(--ctd_a));color:var(--ctd-accent-text,var(--ctd_t));font:600 var(--ctd-size,15px)/1.3 var(--ctd-font,system-ui,sans-serif)}
    [aria-busy=true]{opacity:.6}
    [part=icon]{border:10px solid;clip-path:path("M4 1l4 1 1 5-3 2a14 14 0 0 0 5 5l2-3 5 1 1 4c-7 9-24-8-15-15z")}`,
  );

  class ClickToDial extends HTMLElement {
    static observedAttributes = ["button", "label", "lang"];
    /** A sign that something is wrong; the words for it may not have come either. */
    #sign = make("span", { role: "status" });
    #label = make("slot");
    #place = make("div");
    #view;
    /** What the visitor opens it with: the button, or the page's own trigger. */
    #trigger;
    /** What was asked for before the app was there; a repeated click is one wish. */
    #wishes = new Set();
    #button = make(
      "button",
      { part: "button", onclick: () => this.#wish("toggle") },
      make("slot", { name: "icon" }, make("span", { part: "icon" })),
      make("span", { part: "label" }, this.#sign, this.#label),
    );

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [look];
      root.append(this.#button, this.#place);
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
      if (hit == this.#button || event.defaultPrevented) return;
      if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      if (name && hit.id == name) {
        if (hit != this.#trigger) this.#leave();
        this.#trigger = hit;
        this.#wish("toggle");
      } else this.#wish(hit.href);
    };

    /** Also called when the language of the page around has changed (tongue.js, frame.js). */
    connectedCallback() {
      for (const type of HEARD) addEventListener(type, this.#hear);
      const lang = this.closest("[lang]")?.lang ?? navigator.language;
      this.#label.textContent = this.getAttribute("label") ?? CALL[lang.slice(0, 2)] ?? "Call now";
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

    attributeChangedCallback(name) {
      if (name == "button") this.#leave();
      this.isConnected && this.connectedCallback();
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
      this.#view = this.#view?.free();
      this.removeAttribute("state");
    }

    /** Shows that a click is being answered, or that it could not be. */
    #tell(busy = false, sign = "") {
      this.#button.ariaBusy = busy;
      this.#sign.textContent = sign;
    }

    #wish(word) {
      if (this.#view) return this.#view.tell(word);
      if (word == "close") this.#leave();
      else {
        this.#wishes.add(word);
        this.#tell(true);
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
        failures += "?";
        if (this.#wishes.size) {
          this.#tell(false, "⚠ ");
          this.dispatchEvent(
            new CustomEvent("ctd-error", {
              detail: { button: this.#id(), code: "LOAD_FAILED" },
              bubbles: true,
              composed: true,
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
  const element = make(TAG);
  const here = script?.closest("body");
  if (!here) element.setAttribute("placement", "corner");
  for (const [name, value] of [...searchParams, ...Object.entries(script?.dataset ?? {})])
    element.setAttribute(name.replace(/[A-Z]/g, "-$&"), value);
  const put = () => document.body.append(element);
  if (element.hasAttribute("button"))
    here ? script.after(element) : document.body ? put() : addEventListener("DOMContentLoaded", put);
})();
