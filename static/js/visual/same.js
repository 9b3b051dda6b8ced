// Whether two documents say the same, apart from what Markdown cannot say and a reader cannot see.

import { unitsOf } from "./place.js";
import { childrenOf } from "./schema.js";

const word = /[\p{L}\p{N}]/u;
const emphasis = new Set(["strong", "em", "strike"]);
const told = { heading: ["level"], callout: ["kind", "title"], ordered_list: ["order"], list_item: ["checked"], code_block: ["language"], table_cell: ["align"], table_header: ["align"] };

const isBreak = (unit) => unit.node?.type.name === "hard_break";
const linkOf = (unit) => unit.marks.find((mark) => mark.type.name === "link")?.attrs.href ?? "";

// The addresses of links; an address that is its own link is read as one without marks.
function links(units) {
  const hrefs = units.map(linkOf);
  for (let at = 0; at < units.length; ) {
    let end = at + 1;
    while (end < units.length && hrefs[end] === hrefs[at]) end += 1;
    const words = units.slice(at, end).map((unit) => unit.text ?? "").join("");
    if ([words, `http://${words}`, `mailto:${words}`].includes(hrefs[at])) hrefs.fill("", at, end);
    at = end;
  }
  return hrefs;
}

function marksOf(unit) {
  const seen = unit.node || word.test(unit.text);
  return unit.marks
    .map((mark) => mark.type.name)
    .filter((name) => name !== "link" && (seen || !emphasis.has(name)))
    .sort()
    .join();
}

export function wordsOf(node) {
  const units = unitsOf(node).map((unit) => (isBreak(unit) ? { ...unit, text: "\n" } : unit));
  const hrefs = links(units);
  const isEdge = (unit) => Boolean(unit) && !unit.marks.some((mark) => mark.type.name === "code") && /^\s$/.test(unit.text ?? "");
  let [from, to] = [0, units.length];
  while (from < to && isEdge(units[from])) from += 1;
  while (to > from && isEdge(units[to - 1])) to -= 1;
  const parts = units.slice(from, to).map((unit, index) => `${unit.text ?? JSON.stringify([unit.node.type.name, unit.node.attrs])}\u0000${marksOf(unit)}\u0000${hrefs[from + index]}`);
  return parts.join("\u0001");
}

const isEmpty = (node) => node.type.name === "paragraph" && !wordsOf(node);

export function same(one, other) {
  if (one.type !== other.type || (told[one.type.name] ?? []).some((name) => one.attrs[name] !== other.attrs[name])) return false;
  if (one.type.spec.code) return one.textContent.trimEnd() === other.textContent.trimEnd();
  if (one.isTextblock) return wordsOf(one) === wordsOf(other);
  const [mine, theirs] = [one, other].map((node) => childrenOf(node).filter((child) => !isEmpty(child)));
  return mine.length === theirs.length && mine.every((child, index) => same(child, theirs[index]));
}

// The top blocks of `doc` that `back` does not have in their place.
export function differences(doc, back) {
  const mine = childrenOf(doc);
  const theirs = childrenOf(back).filter((node) => !isEmpty(node));
  let next = 0;
  return mine.filter((node) => {
    if (isEmpty(node)) return false;
    const found = theirs.slice(next, next + 20).findIndex((each) => same(node, each));
    if (found >= 0) next += found + 1;
    return found < 0;
  });
}
