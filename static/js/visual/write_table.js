// Writes a table: a row that was not edited keeps its line, an edited one the source of its other cells.

import { align } from "./align.js";
import { unitsOf } from "./place.js";
import { childrenOf, origins } from "./schema.js";
import { splice } from "./splice.js";
import { writeInline } from "./write_inline.js";

const rules = { left: ":---", center: ":---:", right: "---:" };

const aligns = (row) => childrenOf(row).map((cell) => cell.attrs.align);

function cellText(cell, original) {
  const known = original && origins.get(original);
  if (known && original.content.eq(cell.content)) return known.lines.line(known.start).slice(known.from, known.to).trim();
  if (known?.elements) {
    const source = known.lines.line(known.start).slice(0, known.to);
    const from = known.from + /^[ \t]*/.exec(source.slice(known.from))[0].length;
    const offsetOf = (line, column) => known.lines.offset(line - 1, column);
    const spliced = splice(cell, original, known.elements, { source, offsetOf, from, inCell: true });
    if (spliced) return spliced.text.slice(known.from).trim();
  }
  return writeInline(unitsOf(cell), { inCell: true }).trim();
}

const fresh = (row, original) => `| ${childrenOf(row).map((cell, index) => cellText(cell, original?.maybeChild(index))).join(" | ")} |`;

function rowLine(row, original) {
  const known = original && origins.get(original);
  if (known && (row === original || row.eq(original))) return known.lines.line(known.start);
  if (!known || row.childCount !== original.childCount) return fresh(row, null);
  let line = known.lines.line(known.start);
  // From the last to the first, so that the places before stay right.
  for (let index = row.childCount - 1; index >= 0; index -= 1) {
    const [cell, own] = [row.child(index), original.child(index)];
    if (cell.content.eq(own.content)) continue;
    const { from, to } = origins.get(own);
    if (!(from >= 0 && to > from && to <= line.length) || !line.slice(0, from).includes("|") && index) return fresh(row, original);
    const [, before, inner, after] = /^(\s*)(.*?)(\s*)$/s.exec(line.slice(from, to));
    line = line.slice(0, from) + (inner ? before : " ") + cellText(cell, own) + (inner ? after : " ") + line.slice(to);
  }
  return line;
}

export function writeTable(table, original) {
  const rows = childrenOf(table);
  const before = original ? childrenOf(original) : [];
  const matches = align(rows, before);
  const written = rows.map((row, index) => rowLine(row, before[matches[index]]));
  const known = original && origins.get(original);
  const kept = known && aligns(rows[0]).join() === aligns(before[0]).join();
  const rule = kept ? known.lines.line(known.start + 1) : `| ${aligns(rows[0]).map((side) => rules[side] ?? "---").join(" | ")} |`;
  return [written[0], rule, ...written.slice(1)];
}
