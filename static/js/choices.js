// A list of suggestions under a text field, after the ARIA pattern of a combobox with a list
// (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/); hits that name a group stand below its heading.

export class Choices {
  constructor(field, address, take) {
    this.field = field;
    this.address = address;
    this.take = take;
    this.hits = [];
    this.chosen = -1;
    this.list = document.createElement("div");
    this.list.className = "suggestions";
    this.list.id = `${field.id}-suggestions`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", field.dataset.suggestLabel ?? "Suggestions");
    this.list.hidden = true;
    field.after(this.list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.list.id);
  }

  // `ask` returns what to look for as {query, fits}, or nothing. `first` chooses the best hit at once.
  listen(ask, first = true) {
    let timer;
    this.field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.look(ask(), first), 150);
    });
    this.field.addEventListener("blur", () => this.close());
    this.field.addEventListener("keydown", (event) => this.press(event));
  }

  async look(wanted, first) {
    this.wanted = wanted;
    if (!wanted) return this.close();
    const address = `${this.address}?q=${encodeURIComponent(wanted.query)}`;
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    // An answer that comes after the next question is of no use.
    if (this.wanted !== wanted || document.activeElement !== this.field) return;
    if (!answer?.ok || answer.redirected) return this.close();
    this.hits = (await answer.json()).suggestions.filter(wanted.fits);
    this.chosen = first ? 0 : -1;
    this.show();
  }

  show() {
    this.list.replaceChildren(...this.grouped());
    this.list.hidden = !this.hits.length;
    if (this.hits[this.chosen]) this.field.setAttribute("aria-activedescendant", `${this.list.id}-${this.chosen}`);
    else this.field.removeAttribute("aria-activedescendant");
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
        group = document.createElement("div");
        group.setAttribute("role", "group");
        group.setAttribute("aria-label", name);
        const heading = document.createElement("span");
        heading.setAttribute("aria-hidden", "true");
        heading.textContent = name;
        group.append(heading);
        groups.push(group);
      }
      group.append(item);
    });
    return groups;
  }

  item(hit, index) {
    const item = document.createElement("div");
    item.id = `${this.list.id}-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(index === this.chosen));
    const where = [hit.group ? "" : hit.kind_label, hit.space].filter(Boolean).join(" · ");
    item.append(hit.title);
    if (where) {
      const small = document.createElement("small");
      small.textContent = where;
      item.append(" ", small);
    }
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.choose(index);
    });
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
    this.show();
  }

  press(event) {
    if (!this.hits.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const from = Math.max(this.chosen, step > 0 ? -1 : 0);
      this.chosen = (from + step + this.hits.length) % this.hits.length;
      this.show();
    } else if ((event.key === "Enter" || event.key === "Tab") && this.chosen >= 0) this.choose(this.chosen);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
