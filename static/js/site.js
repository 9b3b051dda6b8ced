// Loads each enhancement where a page asks for it by a data attribute. Every page works without any of them.

const enhancements = {
  "[data-editor] textarea": "./editor.js",
  "[data-asked]": "./asked.js",
  "[data-player]": "./player.js",
  "[data-suggest]": "./suggest.js",
  "[data-related]": "./related.js",
  ".table-scroll[tabindex], pre[tabindex]": "./boxes.js",
};

for (const [selector, address] of Object.entries(enhancements)) {
  if (document.querySelector(selector)) import(address).then((module) => document.querySelectorAll(selector).forEach(module.enhance));
}

// Open menus close on Escape, on a press elsewhere and when the Tab key leaves them: an open one would cover what is focused next.
const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("focusin", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

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

// The page after a form was sent is not the sign-in page, an error or the form again: the text arrived, its copy can go.
const sent = sessionStorage.getItem("commonplace-sent");
if (sent && !document.querySelector("[data-editor]")) {
  localStorage.removeItem(sent);
  sessionStorage.removeItem("commonplace-sent");
}
