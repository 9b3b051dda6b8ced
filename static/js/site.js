import { arrive } from "./kept.js";

// Loads each enhancement where a page asks for it by a data attribute. Every page works without any of them.
// The addresses stand in `import(…)` as they are: there collecting the static files puts the names with hashes (intranet/static_storage.py).

const enhancements = {
  "[data-editor] textarea": () => import("./editor.js"),
  "[data-choosing]": () => import("./choosing.js"),
  "[data-present]": () => import("./present.js"),
  "[data-keeps]": () => import("./draft.js"),
  "[data-asked]": () => import("./asked.js"),
  "[data-player]": () => import("./player.js"),
  "[data-suggest]": () => import("./suggest.js"),
  "[data-related]": () => import("./related.js"),
  "[data-talk]": () => import("./talk.js"),
  "[data-order]": () => import("./order.js"),
  "[data-tree]": () => import("./tree.js"),
  "[data-contents]": () => import("./contents.js"),
  "[data-copy] pre": () => import("./code.js"),
  ".table-scroll[tabindex], pre[tabindex]": () => import("./boxes.js"),
};

for (const [selector, load] of Object.entries(enhancements)) {
  if (document.querySelector(selector)) load().then((module) => document.querySelectorAll(selector).forEach(module.enhance));
}

// What the style sheet unfolds on a wide screen is open to assistive technology, too. A reader's own choice lasts until the width decides anew.
const unfolded = new WeakMap();
const unfold = () => {
  for (const fold of document.querySelectorAll("details.fold")) {
    const wide = !fold.firstElementChild.checkVisibility();
    if (wide !== (unfolded.get(fold) ?? false)) fold.open = wide;
    unfolded.set(fold, wide);
  }
};
unfold();
addEventListener("resize", unfold);

// Open menus close on Escape, on a press elsewhere and when the Tab key leaves them.
const openMenus = () => [...document.querySelectorAll("details.menu[open]")].filter((menu) => menu.firstElementChild.checkVisibility());

for (const left of ["click", "focusin"]) {
  document.addEventListener(left, (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of openMenus()) {
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    }
  }
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const alone = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key === "/" && !typing && alone && !("noShortcuts" in document.body.dataset)) {
    const box = document.querySelector("[data-shortcut='/']");
    if (box) {
      event.preventDefault();
      box.focus();
    }
  }
});

arrive();
