// Where pictures and files go in a textarea: to where the cursor stood when they came, however the text has changed since.

export const escaped = (words) => words.replace(/&(?=#?\w+;)/g, "&amp;").replace(/[\\[\]|`*_<~!]/g, "\\$&");

function put(area, from, to, text) {
  const { selectionStart: start, selectionEnd: end } = area;
  const moved = (at) => (at < to ? at : at + text.length - (to - from));
  if (document.activeElement === area) {
    // This keeps the browser's own undo.
    area.setSelectionRange(from, to);
    const done = document.execCommand("insertText", false, text);
    if (!done) area.setSelectionRange(start, end);
    else return area.setSelectionRange(moved(start), moved(end));
  }
  area.setRangeText(text, from, to, "preserve");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

// A picture is a paragraph of its own.
function apart(text, before, after) {
  const start = !before || /\n\s*\n$/.test(before) ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const end = /^\s*\n\s*\n/.test(after) ? "" : after.startsWith("\n") || !after ? "\n" : "\n\n";
  return start + text + end;
}

export function areaPort(area) {
  const places = new Set();
  let before = area.value;

  function follow() {
    const now = area.value;
    if (now === before) return;
    const most = Math.min(now.length, before.length);
    let start = 0;
    while (start < most && now[start] === before[start]) start += 1;
    let end = 0;
    while (end < most - start && now.at(-1 - end) === before.at(-1 - end)) end += 1;
    for (const place of places) {
      if (place.at >= before.length - end) place.at += now.length - before.length;
      else place.at = Math.min(place.at, start);
    }
    before = now;
  }
  area.addEventListener("input", follow);

  return {
    begin() {
      follow();
      const place = { at: area.selectionEnd };
      places.add(place);
      return place;
    },
    end(place, item) {
      follow();
      places.delete(place);
      if (!item) return;
      const [left, right] = [area.value.slice(0, place.at), area.value.slice(place.at)];
      const link = `${/\S$/.test(left) ? " " : ""}[${escaped(item.title)}](file:${item.number})${/^\S/.test(right) ? " " : ""}`;
      const text = item.kind === "picture" ? apart(`![](picture:${item.number})`, left, right) : link;
      put(area, place.at, place.at, text);
    },
    describe(number, alt) {
      const found = new RegExp(`!\\[\\s*\\](?=\\(<?picture:${number}\\b)`).exec(area.value);
      if (found) put(area, found.index, found.index + found[0].length, `![${escaped(alt)}]`);
    },
  };
}
