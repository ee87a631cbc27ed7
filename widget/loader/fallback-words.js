// What the way out says, in every language: it is for pages that forbid nearly
// everything, so that nothing can be fetched for it. The build takes these few texts
// out of the files.
import * as ar from "../locales/ar.json";
import * as de from "../locales/de.json";
import * as en from "../locales/en.json";
import * as es from "../locales/es.json";
import * as fr from "../locales/fr.json";
import * as he from "../locales/he.json";
import * as hi from "../locales/hi.json";
import * as it from "../locales/it.json";
import * as ja from "../locales/ja.json";
import * as nl from "../locales/nl.json";
import * as pl from "../locales/pl.json";
import * as pt from "../locales/pt.json";
import * as tr from "../locales/tr.json";
import * as zh from "../locales/zh.json";

/** By language: that there is no call, "Call … instead", "Contact us another way". */
export const WORDS = {
  ar: [ar.wrongPage, ar.callInstead, ar.contactInstead],
  de: [de.wrongPage, de.callInstead, de.contactInstead],
  en: [en.wrongPage, en.callInstead, en.contactInstead],
  es: [es.wrongPage, es.callInstead, es.contactInstead],
  fr: [fr.wrongPage, fr.callInstead, fr.contactInstead],
  he: [he.wrongPage, he.callInstead, he.contactInstead],
  hi: [hi.wrongPage, hi.callInstead, hi.contactInstead],
  it: [it.wrongPage, it.callInstead, it.contactInstead],
  ja: [ja.wrongPage, ja.callInstead, ja.contactInstead],
  nl: [nl.wrongPage, nl.callInstead, nl.contactInstead],
  pl: [pl.wrongPage, pl.callInstead, pl.contactInstead],
  pt: [pt.wrongPage, pt.callInstead, pt.contactInstead],
  tr: [tr.wrongPage, tr.callInstead, tr.contactInstead],
  zh: [zh.wrongPage, zh.callInstead, zh.contactInstead],
};
