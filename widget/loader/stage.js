// The second stage of the loader, in one file with the app's glue: loaded when
// somebody means to use a button. It finds out how the app can run on this page
// and mounts it: inline, or in our frame (frame.js) where the page's policy
// forbids that. The build puts in frame.js's integrity.
import init, { View } from "app";
import style from "panel";
import { Browser } from "../src/browser.js";
import { Tongue, speak } from "../src/tongue.js";
import { number } from "./number.js";
import { Place } from "./place.js";
import { colours } from "./theme.js";

/** The wasm has not come within this many milliseconds: the loader says so. */
const LIMIT = 30000;
/** A policy's refusal is reported this many milliseconds after the request at the latest. */
const REPORTED = 200;
/** The smallest wasm module. */
const EMPTY = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/** Where this release's files are, with a slash at the end. */
const base = new URL(".", import.meta.url);

/** What a button of this page is mounted with; rejected where it is worth another attempt. */
export const ready = async (wasm, tools) => {
  const frame = () => tools.load(`${base.pathname}frame.js`, __FRAME_INTEGRITY__);
  const framed = async () => (await frame()).framed(tools);
  if (!compiles()) return framed();
  const answer = await within(wasm);
  try {
    if (!answer?.ok) throw answer;
    // The visitor's language is fetched while the wasm compiles.
    await Promise.all([init({ module_or_path: answer }), within(speak())]);
  } catch (why) {
    if (replaced() || (await forbidden(base.href))) return framed();
    throw why;
  }
  const panel = tools.sheet(style);
  return (host, trigger, place, id) => new Inline({ ...tools, frame, panel, host, trigger, place, id });
};

/** Whether the page's policy lets wasm be compiled. */
const compiles = () => {
  try {
    return !!new WebAssembly.Module(EMPTY);
  } catch {
    return false;
  }
};

/** Whether the page has put a `fetch` of its own in place of the browser's; not all work. */
const replaced = () => !`${self.fetch}`.includes("[native code]");

const within = (promise) =>
  Promise.race([promise, new Promise((_, reject) => setTimeout(reject, LIMIT))]);

/** Whether the page's policy forbids requests to us, which else look like a lost network. */
const forbidden = (url) =>
  new Promise((resolve) => {
    const hear = (event) => {
      if (event.disposition == "enforce" && event.blockedURI.startsWith(url)) end(true);
    };
    const end = (verdict) => {
      removeEventListener("securitypolicyviolation", hear);
      resolve(verdict);
    };
    addEventListener("securitypolicyviolation", hear);
    const done = () => setTimeout(end, REPORTED, false);
    fetch(`${url}app.wasm`, { method: "HEAD" }).then(done, done);
  });

/** The app in the page itself. */
class Inline {
  #view;
  #place;
  #browser;
  #tongue;
  #ended = new AbortController();

  constructor({ edge, sheet, frame, panel, host, trigger, place, id }) {
    const root = host.shadowRoot;
    const theme = sheet("");
    root.adoptedStyleSheets = [root.adoptedStyleSheets[0], panel, theme];
    host.setAttribute("mode", "inline");
    this.#place = new Place(host, trigger, place);
    const { signal } = this.#ended;
    host.addEventListener("keydown", (event) => event.key == "Escape" && this.tell("close"), { signal });
    this.#browser = new Browser(host, "ctd:" + id, () => this.#view);
    this.#tongue = new Tongue(host, () => this.#view?.tell("words"));
    this.#view = new View(host, trigger, place, edge, id ?? "", {
      browser: this.#browser,
      tongue: this.#tongue,
      ticket: () => host.getAttribute("frame-ticket") ?? undefined,
      theme: (given) => theme.replaceSync(colours(given)),
      captcha: async (within) => (await frame()).captcha({ edge, id, within, signal }),
    });
  }

  tell(word) {
    if (!word.startsWith("tel:")) return this.#view.tell(word);
    const dialled = number(word);
    // What we cannot call, such as a short number, is the phone's.
    if (dialled) this.#view.tell("dial", dialled);
    else location.href = word;
  }

  free() {
    this.#ended.abort();
    this.#place.free();
    this.#browser.free();
    this.#tongue.free();
    this.#view.free();
    this.#view = undefined;
  }
}
