// Offers pages after "[[" and people after "@", from the site's own suggestions.

const patterns = [
  { match: /\[\[([^\]\n|#]{2,60})$/, kind: "page", text: (hit) => `${hit.title ?? hit.label}]]` },
  { match: /(?:^|\s)@([\w.-]{2,40})$/, kind: "person", text: (hit) => `${hit.username ?? /\/people\/([^/]+)/.exec(hit.url ?? "")?.[1] ?? hit.title} ` },
];

export function complete(area, address) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `${area.id}-suggestions`;
  list.role = "listbox";
  list.ariaLabel = "Suggestions";
  list.hidden = true;
  area.after(list);
  area.setAttribute("aria-controls", list.id);
  area.setAttribute("aria-autocomplete", "list");

  let hits = [];
  let chosen = 0;
  let pattern;
  let asked = "";
  let timer;

  const close = () => {
    list.hidden = true;
    hits = [];
    area.removeAttribute("aria-activedescendant");
  };

  function show() {
    list.replaceChildren(
      ...hits.map((hit, index) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${index}`;
        item.role = "option";
        item.ariaSelected = String(index === chosen);
        item.textContent = hit.title ?? hit.label ?? "";
        if (hit.space) item.append(Object.assign(document.createElement("small"), { textContent: ` ${hit.space.name ?? hit.space}` }));
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(index);
        });
        return item;
      }),
    );
    list.hidden = !hits.length;
    if (hits.length) area.setAttribute("aria-activedescendant", `${list.id}-${chosen}`);
  }

  function take(index) {
    const words = pattern.text(hits[index]);
    area.setRangeText(words, area.selectionStart - asked.length, area.selectionStart, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  }

  async function ask() {
    const before = area.value.slice(Math.max(0, area.selectionStart - 80), area.selectionStart);
    pattern = patterns.find((each) => each.match.test(before));
    if (!pattern) return close();
    const words = pattern.match.exec(before)[1];
    const answer = await fetch(`${address}?q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return close();
    const found = await answer.json();
    const all = Array.isArray(found) ? found : (found.suggestions ?? found.hits ?? []);
    asked = words;
    hits = all.filter((hit) => (hit.kind === "person") === (pattern.kind === "person")).slice(0, 8);
    chosen = 0;
    show();
  }

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  area.addEventListener("blur", close);
  area.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : -1) + hits.length) % hits.length;
      show();
    } else if (event.key === "Enter" || event.key === "Tab") take(chosen);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
}
