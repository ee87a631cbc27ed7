// Puts each example on the page twice from one source: alive, and as the code
// that one would paste. And switches the page's colours.
(() => {
  const { edge, button } = document.body.dataset;

  /** A template's text as it is written, for people. */
  const code = (template) => {
    const text = template.innerHTML.trim().replaceAll(/=""(?=[\s>])/g, "");
    const made = document.createElement("pre");
    const inner = document.createElement("code");
    inner.textContent = text.replaceAll("EDGE", edge).replaceAll("&gt;", ">");
    made.tabIndex = 0;
    made.append(inner);
    return made;
  };

  /** A template's content, alive: with the real button, and scripts that run. */
  const live = (template) => {
    const stage = document.createElement("div");
    stage.className = "stage";
    const content = template.content.cloneNode(true);
    for (const element of content.querySelectorAll("[button]")) element.setAttribute("button", button);
    for (const script of content.querySelectorAll("script")) {
      const running = document.createElement("script");
      running.dataset.button = button;
      running.src = `${edge}/widget.js`;
      script.replaceWith(running);
    }
    stage.append(content);
    return stage;
  };

  for (const template of document.querySelectorAll("article > template"))
    template.replaceWith(live(template), code(template));

  document.addEventListener("change", ({ target }) => {
    if (target.name == "scheme") document.documentElement.style.colorScheme = target.value;
  });
})();
