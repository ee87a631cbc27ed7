// The look that a button's owner has chosen. It comes from the edge, and is
// checked nevertheless: whatever is written into a style sheet is style.

const COLOUR = /^#[0-9a-f]{6}$/i;
const LENGTH = /^\d{1,3}(\.\d{1,2})?(px|em|rem)$/;

/** The rules for the element itself, weaker than any of the page's. */
export const colours = ({ accent, accentText, radius, scheme } = {}) => {
  const rule = (name, value, shape) => (shape.test(value ?? "") ? `${name}:${value};` : "");
  return `:host{${[
    rule("--ctd_a", accent, COLOUR),
    rule("--ctd_t", accentText, COLOUR),
    rule("--ctd_r", radius, LENGTH),
    rule("color-scheme", scheme, /^(light|dark)$/),
  ].join("")}}`;
};
