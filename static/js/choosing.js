// A field for names (people/fields.py) completes what is typed, and shows what is chosen as chips that can be removed.
// The plain field stays what is sent: "Name (key), Name (key)", and whatever is still being typed.

import { Choices, combobox } from "./choices.js";

const nameOf = (text) => text.replace(/ \([^()]+\)$/, "");

export function enhance(box) {
  const words = box.dataset;
  const field = box.querySelector("input");
  if ("several" in words) chips(box, words, field);
  else listen(field, words, ({ text }) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function listen(line, words, take, not = () => false) {
  const choices = new Choices(line, words.choosing, take);
  combobox(line, choices);
  choices.listen(() => {
    const query = line.value.trim();
    return query.length > 1 ? { query, fits: (hit) => !not(hit) } : null;
  }, !("takesNew" in words));
  return choices;
}

function chips(box, words, field) {
  const line = field.cloneNode();
  line.removeAttribute("name");
  line.value = "";
  field.removeAttribute("id");
  // Not of another type: the browser puts its words back when the page is loaded again.
  field.hidden = true;
  const list = Object.assign(document.createElement("ul"), { className: "chips", role: "list", ariaLabel: words.chosen });
  const told = Object.assign(document.createElement("span"), { className: "hidden-visually", role: "status" });
  let chosen = [];

  // What is half typed is sent, too: the server knows it or asks.
  function write() {
    field.value = [...chosen, line.value.trim()].filter(Boolean).join(", ");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function show() {
    list.replaceChildren(...chosen.map(chip));
    list.hidden = !chosen.length;
  }

  function chip(text) {
    const item = document.createElement("li");
    const name = "takesNew" in words ? text : nameOf(text);
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×", ariaLabel: `${words.remove}: ${name}`, title: `${words.remove}: ${name}` });
    button.addEventListener("click", () => remove(text, name));
    item.append(Object.assign(document.createElement("bdi"), { textContent: name }), button);
    return item;
  }

  function remove(text, name = nameOf(text)) {
    chosen = chosen.filter((each) => each !== text);
    show();
    write();
    told.textContent = words.removed.replace("%s", name);
    line.focus();
  }

  function add(text) {
    line.value = "";
    if (!chosen.includes(text)) chosen.push(text);
    show();
    write();
    told.textContent = words.added.replace("%s", nameOf(text));
  }

  const typed = () => line.value.split(/[,;]/).map((each) => each.trim()).filter(Boolean);

  // A label brings the focus to what one types in.
  field.after(line, told);
  box.prepend(list);
  listen(line, words, ({ text }) => add(text), (hit) => chosen.includes(hit.text));

  line.addEventListener("input", () => {
    if ("takesNew" in words && /[,;]/.test(line.value)) typed().forEach(add);
    else write();
  });
  line.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    if (event.key === "Enter" && "takesNew" in words && line.value.trim()) typed().forEach(add);
    else if (event.key === "Backspace" && !line.value && chosen.length) remove(chosen.at(-1));
    else return;
    event.preventDefault();
  });

  // Names that the server could not tell stand in the field again, to be typed on.
  const terms = field.value.split(/[,;\n]/).map((each) => each.trim()).filter(Boolean);
  const isKnown = (text) => "takesNew" in words || nameOf(text) !== text;
  chosen = terms.filter(isKnown);
  line.value = terms.filter((text) => !isKnown(text)).join(", ");
  show();
}
