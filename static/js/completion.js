// Offers pages after "[[" and people after "@".

import { caretOf } from "./caret.js";
import { Choices } from "./choices.js";

// In a table, "|" of a title is spelt (docs/features/wiki.md).
const spelt = { "\\|": "&#124;", "|": "\\|" };
const patterns = [
  // A heading may follow "#".
  { match: /\[\[((?:[^\]\n|\\]|\\.){2,60})$/, fits: (hit, query) => hit.kind !== "person" && (!query.includes("#") || hit.title.includes("#")) },
  { match: /(?<=^|\s)@([\w.-]{2,40})$/, fits: (hit) => hit.kind === "person" },
];

// What stands before the cursor of a textarea, and how it takes what was chosen.
function areaPort(area) {
  const before = () => area.value.slice(0, area.selectionStart).split("\n").at(-1);
  return {
    before,
    caret: () => caretOf(area),
    take(typed, { link }) {
      const words = /^\s*\|/.test(before()) ? link.replace(/\\.|\|/g, (sign) => spelt[sign] ?? sign) : link;
      area.setRangeText(words, area.selectionStart - typed.length, area.selectionStart, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
  };
}

export function complete(field, address, port = areaPort(field)) {
  const from = `${address}?in=${/^\/spaces\/([^/]+)/.exec(location.pathname)?.[1] ?? ""}&`;
  let typed = "";
  const choices = new Choices(field, from, (hit) => port.take(typed, hit), port.caret);

  choices.listen(() => {
    for (const { match, fits } of patterns) {
      const found = match.exec(port.before().slice(-80));
      if (!found) continue;
      typed = found[0];
      const query = found[1].replace(/\\(.)/g, "$1");
      return { query, fits: (hit) => hit.link && fits(hit, query) };
    }
    return null;
  });
  return choices;
}
