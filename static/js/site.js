// Loads each enhancement where a page asks for it by a data attribute. Every page works without any of them.

const enhancements = {
  "[data-editor] textarea": "./editor.js",
  "[data-asked]": "./asked.js",
  "[data-player]": "./player.js",
  "[data-suggest]": "./suggest.js",
  "[data-related]": "./related.js",
};

for (const [selector, address] of Object.entries(enhancements)) {
  if (document.querySelector(selector)) import(address).then((module) => document.querySelectorAll(selector).forEach(module.enhance));
}

// Open menus close on Escape and on a press elsewhere.
const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const box = document.querySelector("[data-shortcut='/']");
    if (box) {
      event.preventDefault();
      box.focus();
    }
  }
});

// A form that came back with errors tells so first.
document.querySelector("[data-focus]")?.focus();

// The page after a form was sent is not the sign-in page, an error or the form again: the text arrived, its copy can go.
const sent = sessionStorage.getItem("commonplace-sent");
if (sent && !document.querySelector("[data-editor]")) {
  localStorage.removeItem(sent);
  sessionStorage.removeItem("commonplace-sent");
}
