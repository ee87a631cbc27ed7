// What the app asks of the browser, and what it hears of it: requests, the
// stream of events, alarms, storage, the page around the element. All decisions
// are the app's (step.rs); it is told by words, and answered by kind.

import { about, agent, token } from "./host.js";
import { dispatch, permission } from "./permission.js";

/** The edge gives an operator 25 s; what has not come after this is lost. */
const LIMIT = 35000;

/** For pages that may not store anything: at least an element that is moved keeps its call. */
const memory = {};

/** A random UUID (version 4). Not `crypto.randomUUID`, which pages without https lack. */
const uuid = () =>
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
    (+c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (+c / 4)))).toString(16),
  );

/** The browser, for one element. */
export class Browser {
  #host;
  #view;
  #stream;
  #ticker;
  #alarms = {};
  #ended = new AbortController();

  /** `view` yields the app, which is there once it is mounted. */
  constructor(host, name, view) {
    this.#host = host;
    this.#view = view;
    const { signal } = this.#ended;
    const hear = (target, type, word) =>
      target.addEventListener(type, (event) => word(event) && this.#tell(word(event)), { signal });
    hear(window, "online", () => "back");
    hear(window, "pageshow", () => "back");
    hear(document, "visibilitychange", () => !document.hidden && "back");
    hear(window, "offline", () => "offline");
    hear(window, "storage", ({ key }) => key == name && "stored");
  }

  free() {
    this.#ended.abort();
    this.deafen();
    this.tick(0);
    for (const alarm in this.#alarms) clearTimeout(this.#alarms[alarm]);
  }

  #tell(word, what) {
    this.#view()?.tell(word, what);
  }

  key() {
    return uuid();
  }

  /** Sends a request; the app hears the answer with the same kind and topic. */
  async ask(kind, topic, method, url, headers, body, fresh, agent) {
    const bearer = agent && (await token(this.#host, agent > 1));
    if (bearer) headers.authorization = `Bearer ${bearer}`;
    const answer =
      agent && !bearer
        ? { code: "UNAUTHENTICATED" }
        : await this.#send(url, { method, headers, body, cache: fresh ? "no-cache" : "default" });
    this.#view()?.answer(kind, topic, answer);
  }

  async #send(url, what) {
    try {
      const answer = await fetch(url, { ...what, signal: AbortSignal.timeout(LIMIT) });
      const text = await answer.text();
      const told = JSON.parse(text || "{}");
      return {
        ok: answer.ok,
        told,
        code: told?.code,
        retryAfter: answer.headers.get("retry-after"),
        country: answer.headers.get("x-visitor-country"),
      };
    } catch {
      return {};
    }
  }

  /** Listens to a call. */
  listen(url) {
    if (this.#stream) return;
    try {
      const stream = new EventSource(url);
      this.#stream = stream;
      stream.onopen = () => this.#tell("up");
      // A browser that tries again is CONNECTING; CLOSED is for good, after a 204
      // just as after any error.
      stream.onerror = () => this.#tell(stream.readyState == 2 ? "gone" : "down");
      stream.addEventListener("status", ({ data }) => this.#tell("told", data));
    } catch {
      this.#tell("gone");
    }
  }

  deafen() {
    this.#stream?.close();
    this.#stream = undefined;
  }

  wake(alarm, milliseconds) {
    this.still(alarm);
    this.#alarms[alarm] = setTimeout(() => this.#view()?.alarm(alarm), milliseconds);
  }

  still(alarm) {
    clearTimeout(this.#alarms[alarm]);
  }

  /** Ticks in this rhythm from now on; 0 is never. */
  tick(milliseconds) {
    if (this.#ticker?.[0] == milliseconds) return;
    clearInterval(this.#ticker?.[1]);
    this.#ticker = milliseconds && [milliseconds, setInterval(() => this.#tell("tick"), milliseconds)];
  }

  recall(name) {
    try {
      return localStorage.getItem(name) ?? memory[name];
    } catch {
      return memory[name];
    }
  }

  /** Writes a text down; none removes every trace of it. */
  keep(name, text) {
    delete memory[name];
    try {
      if (text == null) localStorage.removeItem(name);
      else localStorage.setItem(name, text);
    } catch {
      if (text != null) memory[name] = text;
    }
  }

  /** Tells the page something. */
  say(name, detail) {
    dispatch(this.#host, name, detail);
  }

  /** Asks the page whether it has anything against a call. */
  async permit(detail) {
    this.#tell("permitted", (await permission(this.#host, detail)) ? uuid() : undefined);
  }

  /** Whether the page has an agent's token. */
  get agent() {
    return agent(this.#host);
  }

  /** Where the page is, and what it says of itself. */
  about() {
    return about(this.#host);
  }

  /** Waits for a captcha's token. */
  solve(promise) {
    promise.then(
      (token) => this.#tell("solved", token),
      () => this.#tell("solved"),
    );
  }

  /** Shows the panel above everything, where the browser can; it may be shown already. */
  show(panel) {
    try {
      panel.showPopover();
    } catch {}
  }

  /**
   * Moves the focus. The panel is in sight wherever the page is scrolled: the page stays. What is
   * in the panel may have to be brought into sight there, as an empty field after a click below it.
   */
  focus(target) {
    target.focus({ preventScroll: true });
    if (target.closest("[part=panel]")) target.scrollIntoView({ block: "nearest" });
  }
}
