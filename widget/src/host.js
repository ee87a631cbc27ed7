// What a page says on the element: who calls, in which words, and where it stands.

/** A page's own server gives an agent's token within this many milliseconds. */
const TOKEN_LIMIT = 15000;
/** What the edge takes of a page: entries, characters of a name, of a value, of an address. */
const MOST = 20;
const LONGEST_NAME = 64;
const LONGEST = 512;
const LONGEST_URL = 2048;

const later = (milliseconds) => new Promise((_, reject) => setTimeout(reject, milliseconds));

/** Whether the page has an agent's token. */
export const agent = (host) => host.hasAttribute("token") || typeof host.tokenProvider == "function";

/** The agent's token, or nothing. The provider is asked each time, and told when one was refused. */
export const token = async (host, renew) => {
  try {
    const given =
      typeof host.tokenProvider == "function"
        ? await Promise.race([host.tokenProvider({ renew }), later(TOKEN_LIMIT)])
        : host.getAttribute("token");
    if (typeof given == "string") return given;
  } catch {}
};

/**
 * Where the page is, without what may be secret of its address (query and fragment), and
 * the element's attributes `context-…`. Within our frame it is the page around that counts.
 */
export const about = (host) => {
  if (host.around) return host.around;
  const url = (location.origin + location.pathname).slice(0, LONGEST_URL);
  const said = [...host.attributes].filter(({ name }) => /^context-./.test(name) && name.length < LONGEST_NAME);
  const context = said.slice(0, MOST).map(({ name, value }) => [name.slice(8), value.slice(0, LONGEST)]);
  return { ...(/^http/.test(url) && { url }), context: Object.fromEntries(context) };
};
