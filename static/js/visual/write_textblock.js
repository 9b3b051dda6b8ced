// Writes a paragraph or a heading.

import { unitsOf } from "./place.js";
import { origins } from "./schema.js";
import { splice } from "./splice.js";
import { writeInline } from "./write_inline.js";

const blockStart = /^( {0,3})(#{1,6}(?=\s|$)|[-+*](?=\s|$)|>|=+\s*$|-+\s*$|(?:[-_*] *){3,}$|~~~|```|\[\^|:?-+:?(?=\s*\|)|\|(?=[\s:|-]+$))/;
const numbered = /^( {0,3}\d{1,9})([.)])(?=\s|$)/;
const deep = /^[ \t]+/;

// Escapes what would begin another block, in lines that were not there before.
function safe(text, known) {
  const lines = text.split("\n");
  return lines.map((line, index) => {
    if (known?.[index] === line || (index && known?.slice(1).includes(line))) return line;
    const flat = line.replace(deep, index || !known ? "" : (found) => (known[0]?.startsWith(found) ? found : ""));
    return flat.replace(blockStart, "$1\\$2").replace(numbered, "$1\\$2");
  });
}

export function placeOf(known) {
  const { lines, start, end } = known;
  const own = lines.slice(start, end);
  const starts = [];
  own.reduce((at, line) => (starts.push(at), at + line.length + 1), 0);
  const source = own.join("\n");
  return {
    source,
    offsetOf: (line, column) => starts[line - 1 - start] + lines.offset(line - 1, column),
    from: /^ {0,3}#{1,6}(?:[ \t]+|$)|^[ \t]*/.exec(source)[0].length,
    inCell: false,
  };
}

export function writeTextblock(node, original) {
  const known = original && origins.get(original);
  const isHeading = node.type.name === "heading";
  if (known?.elements && original.type === node.type && original.attrs.level === node.attrs.level) {
    const isSetext = isHeading && !/^ {0,3}#/.test(known.lines.line(known.start));
    const place = placeOf(known);
    if (isHeading && !isSetext && !/^ {0,3}#{1,6}[ \t]/.test(place.source)) return fresh(node);
    const spliced = splice(node, original, known.elements, place);
    const words = unitsOf(node);
    if (spliced && words.length) {
      const lines = known.lines.slice(known.start, known.end);
      if (!isHeading) return safe(spliced.text.trimEnd(), lines);
      if (isSetext) return [...safe(spliced.text.slice(0, spliced.text.lastIndexOf("\n")), lines), lines.at(-1)];
      if (!spliced.text.includes("\n")) return [spliced.text];
    }
  }
  return fresh(node);
}

function fresh(node) {
  const text = writeInline(unitsOf(node)).trim();
  if (node.type.name !== "heading") return safe(text, null);
  const line = text.replace(/\\\n/g, " ").replace(/(\s)(#+)$/, "$1\\$2").replace(/^(#+)$/, "\\$1");
  return [`${"#".repeat(node.attrs.level)} ${line}`.trimEnd()];
}
