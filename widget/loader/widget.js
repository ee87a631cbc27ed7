// The part of the widget that a page includes: it paints the button at once and
// fetches the app only when somebody means to use it. Everything after the
// click is the app's (../src). The build puts in where the app is:
// __APP__, __WASM__ (paths on this script's origin) and their integrity.
(() => {
  const TAG = "click-to-dial";
  const script = document.currentScript;
  const edge = new URL(script.src).origin;
  /** No answer within this many milliseconds is told to the visitor. */
  const LIMIT = 30000;

  /** One runtime for all elements of the page; undefined until it is wanted. */
  let app;
  let failures = 0;

  const sheet = (css) => {
    const made = new CSSStyleSheet();
    made.replaceSync(css);
    return made;
  };

  // `import()` alone checks no integrity: modulepreload does, and the import
  // then takes the checked module. A browser may remember that a module failed,
  // so that each new attempt has an address of its own.
  const glue = () =>
    new Promise((resolve, reject) => {
      const href = edge + __APP__ + (failures ? "?" + failures : "");
      const link = document.createElement("link");
      const take = () => import(href).then(resolve, reject);
      setTimeout(reject, LIMIT);
      if (!link.relList.supports("modulepreload")) return take();
      Object.assign(link, {
        rel: "modulepreload",
        href,
        integrity: __APP_INTEGRITY__,
        onload: take,
        onerror: reject,
      });
      document.head.append(link);
    });

  const load = async () => {
    const wasm = fetch(edge + __WASM__, {
      integrity: __WASM_INTEGRITY__,
      signal: AbortSignal.timeout(LIMIT),
    });
    const [module, answer] = await Promise.all([glue(), wasm]);
    await module.default({ module_or_path: answer });
    return { View: module.View, sheet: sheet(module.style()) };
  };

  const runtime = () =>
    (app ??= load().catch((reason) => {
      app = undefined;
      failures++;
      throw reason;
    }));

  const look = sheet(
    // Two texts share one cell, so that "Starting…" moves nothing on the page.
    `:host{display:inline-block;vertical-align:middle}:host([hidden]){display:none}
    .button{anchor-name:--ctd-button;position:relative;display:inline-grid;grid-template-columns:auto 1fr;align-items:center;justify-items:center;gap:8px;min-height:44px;max-width:100%;padding:8px 18px;border:1px solid transparent;border-radius:var(--ctd-radius,14px);background:var(--ctd-accent,#0f6b5c);color:var(--ctd-accent-text,#fff);font:600 15px/1.3 var(--ctd-font,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif);cursor:pointer;touch-action:manipulation}
    .button:hover{filter:brightness(1.08)}
    .button:focus-visible{outline:3px solid var(--ctd-accent,#0f6b5c);outline-offset:2px}
    .icon{width:18px;height:18px;fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}
    .text{grid-area:1/2}.say:not(:empty)~.label{visibility:hidden}
    :host([state]:not([state=form],[state=error],[state=failed],[state=disconnected])) .button::after{content:"";position:absolute;top:-4px;right:-4px;width:10px;height:10px;border:2px solid Canvas;border-radius:50%;background:#e0463e}
    @media(prefers-color-scheme:dark){.button{background:var(--ctd-accent,#4fc9b0);color:var(--ctd-accent-text,#06231d)}.button:focus-visible{outline-color:var(--ctd-accent,#4fc9b0)}}
    @media(forced-colors:active){.button{border-color:ButtonText}}`,
  );

  /** Makes an element of the shadow root. */
  const make = (name, attributes, ...children) => {
    const svg = /^(svg|path)$/.test(name) && "http://www.w3.org/2000/svg";
    const made = svg ? document.createElementNS(svg, name) : document.createElement(name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    made.append(...children);
    return made;
  };

  class ClickToDial extends HTMLElement {
    static observedAttributes = ["button"];
    #say = make("span", { class: "text say", "aria-live": "polite" });
    #button;
    #place = make("div");
    #view;
    /** What was asked for before the app was there; a repeated click is one wish. */
    #wishes = new Set();

    constructor() {
      super();
      const path = make("path", {
        d: "M6.6 3.5l2.6.5 1.3 4-1.9 1.7a12 12 0 0 0 5.7 5.7l1.7-1.9 4 1.3.5 2.6a2 2 0 0 1-2 2.4A16.7 16.7 0 0 1 4.2 5.5a2 2 0 0 1 2.4-2z",
      });
      this.#button = make(
        "button",
        { part: "button", class: "button", type: "button", "aria-haspopup": "dialog" },
        make("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, path),
        this.#say,
        make("span", { class: "text label" }, make("slot", {}, "Call now")),
      );
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [look];
      root.append(this.#button, this.#place);

      this.#button.onclick = () => this.#wish(this.#view ? "toggle" : "open");
      const intent = () => this.#view || this.#start();
      for (const name of ["pointerenter", "focus", "touchstart"])
        this.#button.addEventListener(name, intent, { passive: true });
      this.addEventListener("keydown", (event) => event.key == "Escape" && this.close());
    }

    connectedCallback() {
      // A call of this button is under way: show it without being asked.
      try {
        if (localStorage["ctd:" + this.#id()]) this.#start();
      } catch {}
    }

    disconnectedCallback() {
      this.#wishes.clear();
      this.#tell();
      this.#view?.free();
      this.#view = undefined;
    }

    attributeChangedCallback() {
      if (this.#view) {
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
    dial() {
      this.#wish("dial");
    }
    hangUp() {
      this.#wish("hangUp");
    }

    #id() {
      return this.getAttribute("button") ?? "";
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
        const { View, sheet } = await runtime();
        if (!this.isConnected) return;
        if (!this.#view) {
          this.shadowRoot.adoptedStyleSheets = [look, sheet];
          this.#view = new View(this, this.#button, this.#place, edge, this.#id());
        }
        this.#tell();
        for (const word of this.#wishes) this.#view.tell(word);
      } catch {
        if (this.#wishes.size) {
          this.#tell("Could not load. Try again");
          this.dispatchEvent(
            new CustomEvent("ctd-error", {
              bubbles: true,
              composed: true,
              detail: { button: this.#id(), code: "LOAD_FAILED" },
            }),
          );
        }
      }
      this.#wishes.clear();
    }
  }

  if (!customElements.get(TAG)) customElements.define(TAG, ClickToDial);
  if (script.dataset.button) {
    const element = document.createElement(TAG);
    element.setAttribute("button", script.dataset.button);
    script.after(element);
  }
})();
