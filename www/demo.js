// What a CRM would do around the button: put each call into its timeline, from
// the events alone. And for trying out: copy a number by clicking it.
(() => {
  const timeline = document.getElementById("timeline");
  const copied = document.getElementById("copied");

  const line = (name, ...parts) => {
    const made = document.createElement(name);
    made.append(...parts);
    return made;
  };

  const entry = (title, words) => {
    const time = line("time", new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
    const quiet = line("p", words);
    quiet.className = "quiet";
    const made = line("li", line("p", line("strong", title)), quiet, time);
    made.className = "call-entry";
    timeline.prepend(made);
  };

  document.addEventListener("ctd-end", ({ detail }) => {
    const { state, reason, code, durationSeconds } = detail;
    const talked = durationSeconds ? `, connected for ${durationSeconds} s` : "";
    entry("Call", `${state}: ${reason ?? code}${talked}`);
  });
  document.addEventListener("ctd-error", ({ detail }) => entry("Call not placed", detail.code));

  document.addEventListener("click", async ({ target }) => {
    const number = target.closest?.("[data-copy]")?.dataset.copy;
    if (!number) return;
    try {
      await navigator.clipboard.writeText(number);
      copied.textContent = `${number} copied. Paste it into the number field.`;
    } catch {
      copied.textContent = `Copying is not allowed here. The number is ${number}.`;
    }
  });
})();
