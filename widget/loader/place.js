// Where the panel is: beside what opened it when it opened, and there it stays
// while the page scrolls. On small screens the style sheet alone decides.

/** Between the trigger and the panel, and between the panel and the window. */
const GAP = 10;
const MARGIN = 16;
/** Height that the panel has in its highest states, pixels. */
const HIGHEST = 460;

/** Where a panel of this size belongs beside a box; lengths of `inset`, or nothing. Pure. */
export const beside = (box, panel, room, rtl) => {
  const seen = box.width && box.bottom > 0 && box.top < room.height && box.right > 0 && box.left < room.width;
  if (!seen) return "";
  const below = room.height - box.bottom - GAP - MARGIN;
  const above = box.top - GAP - MARGIN;
  const up = below < HIGHEST && above > below;
  const far = (wanted, size, whole) => Math.max(MARGIN, Math.min(wanted, whole - size - MARGIN));
  const down = far(up ? room.height - box.top + GAP : box.bottom + GAP, panel.height, room.height);
  // Aligned with the box where it begins; if that does not fit, where it ends.
  const ends = box.right - panel.width;
  const fits = rtl ? ends >= MARGIN : box.left + panel.width <= room.width - MARGIN;
  const left = far(rtl == fits ? ends : box.left, panel.width, room.width);
  return up ? `auto auto ${down}px ${left}px` : `${down}px auto auto ${left}px`;
};

/** Keeps the panels of one element in their place. */
export class Place {
  #box;
  #host;
  #trigger;
  #ended = new AbortController();
  #observer = new ResizeObserver((entries) => entries.forEach(({ target }) => this.#put(target)));

  constructor(host, trigger, place) {
    this.#host = host;
    this.#trigger = trigger;
    trigger.ariaHasPopup = "dialog";
    const { signal } = this.#ended;
    const shown = ({ target, newState }) => {
      this.#box = undefined;
      if (newState == "open") this.#observer.observe(target);
      else this.#observer.unobserve(target);
    };
    // It does not bubble.
    place.addEventListener("beforetoggle", shown, { capture: true, signal });
    const again = () => {
      this.#box = undefined;
      for (const panel of place.children) this.#put(panel);
    };
    addEventListener("resize", again, { signal });
  }

  #put(panel) {
    if (!panel.isConnected) return this.#observer.unobserve(panel);
    // Which of the two is as large as the window depends on the page's doctype.
    const page = document.scrollingElement ?? document.documentElement;
    // All in the panel's own pixels, which a page may have made larger or smaller (`zoom`).
    const zoom = panel.currentCSSZoom ?? 1;
    const room = { width: page.clientWidth / zoom, height: page.clientHeight / zoom };
    this.#box ??= this.#trigger.getBoundingClientRect();
    const { x, y, width, height } = this.#box;
    const box = new DOMRect(x / zoom, y / zoom, width / zoom, height / zoom);
    const size = { width: panel.offsetWidth, height: panel.offsetHeight };
    const rtl = getComputedStyle(this.#host).direction == "rtl";
    panel.style.inset = beside(box, size, room, rtl);
  }

  free() {
    this.#ended.abort();
    this.#observer.disconnect();
  }
}
