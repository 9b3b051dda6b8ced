// A list of suggestions, after the ARIA pattern of a combobox with a list; hits that name a group stand below its heading.

import { readFirst } from "./pages_read.js";

const gap = 6;
const enough = 200;

const part = (tag, textContent, more) => Object.assign(document.createElement(tag), { textContent, ...more });

// A field of one line that is nothing but a combobox says so; a text with completion stays a text.
export function combobox(field, { list }) {
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-expanded", "false");
  new MutationObserver(() => field.setAttribute("aria-expanded", String(!list.hidden))).observe(list, { attributeFilter: ["hidden"] });
}

export class Choices {
  // `address` ends where "q" follows. `caret` returns where the typed words stand in the window; without it the list is below the field.
  constructor(field, address, take, caret, name = "suggestions") {
    this.field = field;
    this.address = address;
    this.take = take;
    this.caret = caret;
    this.hits = [];
    this.chosen = -1;
    this.words = field.closest("[data-suggestions]").dataset;
    const id = `${field.id}-${name}`;
    this.list = part("div", "", { className: "suggestions", id, role: "listbox", ariaLabel: this.words.suggestions, hidden: true });
    // The field keeps the focus.
    this.list.onmousedown = (event) => event.preventDefault();
    this.status = part("span", "", { className: "hidden-visually", role: "status" });
    field.after(this.list, this.status);
    field.ariaAutoComplete = "list";
  }

  // `ask` returns what to look for as {query, fits}, or nothing. `first` chooses the best hit at once.
  listen(ask, first = true) {
    let timer;
    this.field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.look(ask(), first), 150);
    });
    this.field.addEventListener("blur", () => this.close());
    addEventListener("resize", () => this.list.hidden || this.place());
    this.field.addEventListener("keydown", (event) => this.press(event));
  }

  async look(wanted, first) {
    this.wanted = wanted;
    if (!wanted) return this.close();
    const address = `${this.address}q=${encodeURIComponent(wanted.query)}`;
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    // An answer that comes after the next question is of no use.
    if (this.wanted !== wanted || document.activeElement !== this.field) return;
    if (!answer?.ok || answer.redirected) return this.close();
    this.hits = readFirst((await answer.json()).suggestions.filter(wanted.fits));
    this.chosen = first ? 0 : -1;
    this.show();
    this.status.textContent = this.hits.length ? this.words.found.replace("{number}", this.hits.length) : this.words.foundNone;
  }

  remove() {
    this.list.remove();
    this.status.remove();
  }

  show() {
    this.list.replaceChildren(...this.grouped());
    this.list.hidden = !this.hits.length;
    if (!this.list.hidden) {
      this.place();
      this.field.setAttribute("aria-controls", this.list.id);
    }
    if (this.hits[this.chosen]) this.field.setAttribute("aria-activedescendant", `${this.list.id}-${this.chosen}`);
    else this.field.removeAttribute("aria-activedescendant");
    this.list.querySelector("[aria-selected='true']")?.scrollIntoView({ block: "nearest" });
  }

  place() {
    const { style, offsetParent } = this.list;
    const at = this.caret?.() ?? this.field.getBoundingClientRect();
    const frame = offsetParent.getBoundingClientRect();
    const below = innerHeight - at.bottom - 2 * gap;
    const above = at.top - 2 * gap;
    const up = below < enough && above > below;
    style.maxBlockSize = `${Math.max(up ? above : below, 96)}px`;
    style.top = up ? "auto" : `${at.bottom - frame.top + gap}px`;
    style.bottom = up ? `${frame.bottom - at.top + gap}px` : "auto";
    if (this.caret) style.left = `${Math.max(0, Math.min(at.left - frame.left, frame.width - this.list.offsetWidth))}px`;
  }

  grouped() {
    let group = this.list;
    let name;
    const groups = [];
    this.hits.forEach((hit, index) => {
      const item = this.item(hit, index);
      if (!hit.group) return groups.push(item);
      if (hit.group !== name) {
        name = hit.group;
        group = part("div", "", { role: "group", ariaLabel: name });
        group.append(part("span", name, { ariaHidden: "true" }));
        groups.push(group);
      }
      group.append(item);
    });
    return groups;
  }

  item(hit, index) {
    const where = [hit.group ? "" : hit.kind_label, hit.where].filter(Boolean).join(" · ");
    const item = part("div", "", { id: `${this.list.id}-${index}`, role: "option", ariaSelected: index === this.chosen, onclick: () => this.choose(index) });
    item.append(part("bdi", hit.title, { lang: hit.language }));
    if (where) item.append(" ", part("small", where));
    return item;
  }

  choose(index) {
    const hit = this.hits[index];
    this.close();
    this.take(hit);
  }

  close() {
    this.wanted = null;
    this.hits = [];
    this.chosen = -1;
    this.status.textContent = "";
    this.show();
  }

  press(event) {
    if (!this.hits.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const from = Math.max(this.chosen, step > 0 ? -1 : 0);
      this.chosen = (from + step + this.hits.length) % this.hits.length;
      this.show();
    } else if (event.key === "Enter" && this.chosen >= 0) this.choose(this.chosen);
    else if (event.key === "Escape") this.close();
    // Tab moves on, as everywhere.
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
