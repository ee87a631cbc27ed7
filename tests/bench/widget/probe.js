// Runs before anything else on the page: what the browser says of long tasks and
// layout shifts, and when something is there to be used.
window.probe = { tasks: [], shift: 0 };
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) probe.tasks.push([startTime, duration]);
}).observe({ type: "longtask", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) probe.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });

/** All elements, those of open shadow roots included. */
probe.all = function* (root = document) {
  for (const element of root.querySelectorAll("*")) {
    yield element;
    if (element.shadowRoot) yield* probe.all(element.shadowRoot);
  }
};
probe.seen = (element) => {
  const box = element.getBoundingClientRect();
  return box.width > 1 && box.height > 1 && getComputedStyle(element).visibility != "hidden";
};
/** The first element in sight that fits, in any shadow root. */
probe.find = (selector) => {
  for (const element of probe.all()) if (element.matches(selector) && probe.seen(element)) return element;
};
/** Calls back in the frame after the one in which `there` holds. */
probe.when = (there, done) => {
  const look = () => (there() ? setTimeout(() => done(performance.now())) : requestAnimationFrame(look));
  look();
};
/** Presses what starts a call, and notes when there is something to type into or to go on with. */
probe.press = (button, form) => {
  const began = performance.now();
  probe.find(button).click();
  probe.when(
    () => probe.find(form),
    (now) => (probe.form = now - began),
  );
};

// From an event of the call's stream to the frame that shows it.
probe.told = [];
const open = EventTarget.prototype.addEventListener;
EventSource.prototype.addEventListener = function (type, hear, options) {
  return open.call(this, type, (event) => {
    const came = performance.now();
    const shown = () => probe.find("[part~=status]")?.textContent;
    const before = shown();
    (hear.handleEvent ?? hear).call(this, event);
    probe.when(
      () => shown() != before,
      (now) => probe.told.push(now - came),
    );
  }, options);
};
