// Offers pages after "[[" and people after "@", from the site's own suggestions.

import { caretOf } from "./caret.js";
import { Choices } from "./choices.js";

const here = /^\/spaces\/([^/]+)\//;
const pages = new Set(["blog", "wiki", "episode", "show"]);

// A page of another space is named with the space before it, as the text pipeline reads it; what ends a link is escaped.
function wikiLink(hit) {
  const title = hit.title.replace(/[\\|[\]]/g, "\\$&");
  const space = here.exec(hit.url)?.[1];
  return space && space !== here.exec(location.pathname)?.[1] ? `${space}:${title}]]` : `${title}]]`;
}

const patterns = [
  { match: /\[\[([^\]\n|#]{2,60})$/, fits: (hit) => pages.has(hit.kind), words: wikiLink },
  {
    match: /(?:^|\s)@([\w.-]{2,40})$/,
    fits: (hit) => hit.kind === "person",
    words: (hit) => `${decodeURIComponent(/\/people\/([^/]+)/.exec(hit.url)?.[1] ?? "")} `,
  },
];

export function complete(area, address) {
  let pattern;
  let typed = "";

  const take = (hit) => {
    area.setRangeText(pattern.words(hit), area.selectionStart - typed.length, area.selectionStart, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const choices = new Choices(area, address, take, () => caretOf(area));

  choices.listen(() => {
    const before = area.value.slice(Math.max(0, area.selectionStart - 80), area.selectionStart);
    pattern = patterns.find((each) => each.match.test(before));
    typed = pattern ? pattern.match.exec(before)[1] : "";
    return typed ? { query: typed, fits: pattern.fits } : null;
  });
}
