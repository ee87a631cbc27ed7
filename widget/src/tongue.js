// What a visitor reads: which language, its texts, and what the browser's Intl
// knows of it. The texts of a language are a file of their own beside the app.

const TONGUES = "ar de en es fr he hi it ja nl pl pt tr zh".split(" ");
const FROM_THE_RIGHT = ["ar", "he"];
/** A language's file has not come within this many milliseconds. */
const LIMIT = 30000;
/** Countries but the chosen one are listed after this many milliseconds: the form comes first. */
const LATER = 50;

const texts = {};
const coming = {};

const load = (tongue) =>
  (coming[tongue] ??= fetch(new URL(`${tongue}.json`, import.meta.url), {
    signal: AbortSignal.timeout(LIMIT),
  })
    .then((answer) => answer.json())
    .then((told) => (texts[tongue] = told))
    .finally(() => delete coming[tongue]));

/** The nearest `lang`, or else the visitor's languages: the tag, and which of ours that is. */
export const spoken = (host) => {
  let node = host;
  while (node && !node.lang) node = node.parentNode ?? node.host;
  for (const tag of [node?.lang, ...navigator.languages]) {
    const tongue = tag?.toLowerCase().split(/[-_]/)[0];
    if (TONGUES.includes(tongue)) return [valid(tag) ? tag : tongue, tongue];
  }
  return ["en", "en"];
};

const valid = (tag) => {
  try {
    return new Intl.Locale(tag);
  } catch {}
};

const read = (text) => {
  try {
    return JSON.parse(text);
  } catch {}
};

/** Some language is there; rejected where none can be had. */
export const speak = () => {
  const [, tongue] = spoken(document.querySelector("click-to-dial") ?? document.documentElement);
  return texts[tongue] ?? load(tongue);
};

/** The words of one element. */
export class Tongue {
  #host;
  #tag;
  #tongue;
  /** The texts of the button's owner, by language. */
  #owner;
  #watch;

  constructor(host, changed) {
    this.#host = host;
    const look = () => {
      const [tag, tongue] = spoken(host);
      const take = () => {
        this.#tag = tag;
        this.#tongue = tongue;
        changed();
      };
      // What cannot be had now is tried again with the next change.
      if (texts[tongue]) take();
      else load(tongue).then(take, () => {});
    };
    this.#tongue = Object.keys(texts)[0];
    this.#tag = this.#tongue;
    this.#watch = new MutationObserver(() => {
      // The button's label is the loader's, and may be in another language now.
      host.connectedCallback();
      look();
    });
    const what = {
      attributes: true,
      attributeFilter: ["lang", "texts", "token", "contact-entry", "contact-name"],
    };
    for (let node = host; node; node = node.parentNode ?? node.host) this.#watch.observe(node, what);
    look();
  }

  free() {
    this.#watch.disconnect();
  }

  get lang() {
    return this.#tag;
  }

  get dir() {
    return FROM_THE_RIGHT.includes(this.#tongue) ? "rtl" : "ltr";
  }

  set owner(all) {
    this.#owner = all;
  }

  /** The text of this language among several; `undefined` if there is none at all. */
  among(all) {
    for (const tag of [this.#tag, this.#tongue, "en", ...Object.keys(all ?? {})])
      if (typeof all?.[tag] == "string") return all[tag];
  }

  /** A text: the page's, or the owner's, or ours. Whatever it says is text. */
  say(key, name, number, more) {
    const page = this.#host.texts ?? read(this.#host.getAttribute("texts"));
    const own = (all) => [all?.[this.#tag]?.[key], all?.[this.#tongue]?.[key]];
    const ours = texts[this.#tongue];
    const said = [...own(page), page?.[key], ...own(this.#owner), ours[key], ""];
    const fill = { name: name ?? ours.us, number: number ?? ours.ourNumber };
    return said
      .find((text) => typeof text == "string")
      .replace(/\{(\w+)\}/g, (_, word) => this.#apart(fill[word] ?? more ?? ""));
  }

  /** Names and numbers keep their own direction between words from the right. */
  #apart(text) {
    return this.dir == "rtl" ? `\u2068${text[0] == "+" ? "\u200e" : ""}${text}\u2069` : text;
  }

  /** `1:05`, or `1:02:03` for those who talk that long. */
  clock(seconds) {
    const show = (number, digits) =>
      new Intl.NumberFormat(this.#tag, { minimumIntegerDigits: digits, useGrouping: false }).format(number);
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    const rest = [show(minutes, hours ? 2 : 1), show(seconds % 60, 2)];
    return (hours ? [show(hours, 1), ...rest] : rest).join(":");
  }

  /** A point in time, as short as it is clear. */
  moment(time) {
    const days = (time - new Date().setHours(0, 0, 0, 0)) / 86400000;
    const time_ = { hour: "numeric", minute: "2-digit" };
    const how =
      days < 1 ? time_ : days < 7 ? { weekday: "long", ...time_ } : { dateStyle: "long", timeStyle: "short" };
    return new Intl.DateTimeFormat(this.#tag, how).format(time);
  }

  /** "in 5 minutes". */
  wait(seconds) {
    const minutes = Math.ceil(seconds / 60);
    const [many, unit] = minutes < 90 ? [minutes, "minute"] : [Math.ceil(minutes / 60), "hour"];
    return new Intl.RelativeTimeFormat(this.#tag).format(many, unit);
  }

  /** The visitor's country, as far as the languages tell. */
  home() {
    const tags = [...navigator.languages, this.#tag].map(valid);
    return tags.find((tag) => tag?.region)?.region ?? tags.at(-1)?.maximize().region;
  }

  /** Lists countries by name; `table` has two letters and a code for each. */
  countries(select, table, chosen, allow, deny) {
    const names = new Intl.DisplayNames(this.#tag, { type: "region" });
    const list = (rows) =>
      select.replaceChildren(
        ...rows
          .map(([, country, code]) => [names.of(country), code, country])
          .sort(([one], [two]) => one.localeCompare(two, this.#tag))
          .map(([name, code, country]) => new Option(`${name} \u200e+${code}`, country, false, country == select.dataset.chosen)),
      );
    const rows = [...table.matchAll(/(\D\D)(\d+)/g)];
    const offered = rows.filter(([, country]) => (!allow[0] || allow.includes(country)) && !deny.includes(country));
    const which = [this.#tag, allow, deny].join();
    select.dataset.chosen = chosen ?? "";
    if (select.dataset.which != which) {
      select.dataset.which = which;
      list(offered.filter(([, country]) => country == chosen));
      setTimeout(list, LATER, offered);
    }
    select.value = chosen ?? "";
  }
}
