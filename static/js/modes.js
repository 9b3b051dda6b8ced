// The switch between Markdown and the visual mode, which is loaded only where somebody chooses it.

const part = (tag, more) => Object.assign(document.createElement(tag), more);

export function modes({ desk, area, bar, use, modifier, files }) {
  const words = JSON.parse(document.getElementById("editor-words").textContent);
  const group = part("div", { className: "editor-modes", role: "group", ariaLabel: words.mode });
  const status = part("span", { className: "editor-status", role: "status" });
  const buttons = ["visual", "markdown"].map((mode) => {
    const button = part("button", { type: "button", textContent: words[mode] });
    button.addEventListener("click", () => choose(mode, true));
    group.append(button);
    return [mode, button];
  });
  let opened = null;
  const say = (text) => (status.textContent = text);
  const show = () => buttons.forEach(([mode, button]) => button.setAttribute("aria-pressed", String((mode === "visual") === Boolean(opened))));

  // One change after another: a second press while the editor is loaded must not open a second one.
  let changes = Promise.resolve();
  const choose = (mode, byHand) => (changes = changes.then(() => change(mode, byHand)));

  async function change(mode, byHand) {
    if ((mode === "visual") === Boolean(opened)) return;
    say("");
    if (opened) {
      opened.close();
      opened = null;
    } else {
      const { open } = await import("./visual/view.js").catch(() => ({}));
      opened = open ? await open({ desk, area, bar, words, modifier, files, status: say }) : null;
      if (!open) say(words.failed);
    }
    use(opened);
    show();
    if (!byHand) return;
    (opened ?? area).focus();
    const body = new FormData();
    body.set("csrfmiddlewaretoken", area.form.elements.csrfmiddlewaretoken.value);
    body.set("mode", opened ? "visual" : "markdown");
    fetch(desk.dataset.modeUrl, { method: "POST", body }).catch(() => null);
  }

  group.append(status);
  desk.prepend(group);
  show();
  if (area.dataset.mode === "visual") choose("visual", false);
}
