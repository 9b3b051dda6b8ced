// Writes the document as a text: a node that was not edited gives back its own lines, an edited one rewrites only its own.

import { align } from "./align.js";
import { isBlank, reframed } from "./lines.js";
import { childrenOf, origins } from "./schema.js";
import { writeTable } from "./write_table.js";
import { writeTextblock } from "./write_textblock.js";

const repeated = (number) => Array(Math.max(0, number)).fill("");

// Blank lines between two blocks: as they were, or as many as beside their old neighbours.
function gap(before, after, usual) {
  const [one, other] = [before && origins.get(before), after && origins.get(after)];
  if (one && other && one.end <= other.start) {
    const between = one.lines.slice(one.end, other.start);
    if (between.every(isBlank)) return between;
  }
  return repeated(usual);
}

const listKinds = new Set(["bullet_list", "ordered_list"]);

// Markdown has no empty paragraphs.
function withoutEmptyLines(children) {
  const rest = children.filter((child) => child.type.name !== "paragraph" || child.content.size);
  return rest.length ? rest : children.slice(0, 1);
}

export function writeBlocks(node, original, usual) {
  const children = withoutEmptyLines(childrenOf(node));
  const before = original ? childrenOf(original) : [];
  const matches = align(children, before);
  const out = [];
  children.forEach((child, index) => {
    const own = before[matches[index]];
    const above = index ? before[matches[index - 1]] : null;
    const beside = own && above && matches[index] === matches[index - 1] + 1;
    if (index) out.push(...gap(beside ? above : null, beside ? own : null, usual));
    else if (own && matches[0] === 0 && origins.has(own) && origins.has(original)) {
      const first = origins.get(own);
      out.push(...first.lines.slice(first.lines.at, first.start));
    }
    const twin = index && listKinds.has(child.type.name) && children[index - 1].type === child.type;
    out.push(...writeBlock(child, own, twin ? out : null));
  });
  return out;
}

function writeBlock(node, original, linesAbove) {
  const known = origins.get(node) ?? (original?.eq(node) ? origins.get(original) : null);
  if (known) return known.lines.slice(known.start, known.end);
  const same = original?.type === node.type ? original : null;
  switch (node.type.name) {
    case "paragraph":
    case "heading":
      return writeTextblock(node, original?.isTextblock && original.inlineContent && !original.type.spec.code ? original : null);
    case "horizontal_rule":
      return ["---"];
    case "code_block":
      return writeCode(node, same);
    case "source":
      return node.textContent.split("\n");
    case "blockquote":
      return quoted(writeBlocks(node, same, 1), same);
    case "callout":
      return writeCallout(node, same);
    case "table":
      return writeTable(node, same);
    default:
      return writeList(node, same, linesAbove);
  }
}

function quoted(lines, original) {
  const known = original && origins.get(original);
  const mark = (line) => (line ? `> ${line}` : ">");
  if (!known) return lines.map(mark);
  return reframed(lines, known.inner.text, known.lines.slice(known.inner.at, known.inner.end), mark);
}

function writeCallout(node, original) {
  const { kind, title } = node.attrs;
  const known = original && origins.get(original);
  const head = known && original.attrs.kind === kind && original.attrs.title === title ? known.lines.line(known.start) : `> [!${kind.toUpperCase()}]${title ? ` ${title}` : ""}`;
  return [head, ...quoted(writeBlocks(node, original, 1), original)];
}

function writeCode(node, original) {
  const text = node.textContent;
  const known = original && origins.get(original);
  const runs = (text.match(/^ *(`{3,}|~{3,})/gm) ?? []).map((run) => run.trim());
  const fenceFor = (fence) => {
    const longest = Math.max(fence.length - 1, ...runs.filter((run) => run[0] === fence[0]).map((run) => run.length));
    return fence[0].repeat(longest + 1);
  };
  const fence = fenceFor(known?.fence || "```");
  const head = known?.fence === fence && original.attrs.language === node.attrs.language ? known.lines.line(known.start).trimStart() : fence + node.attrs.language;
  return [head, ...(text ? text.split("\n") : []), fence];
}

const signOf = (prefix) => /[-*+.)]/.exec(prefix)?.[0];
const numberOf = (prefix) => Number(/\d+/.exec(prefix)?.[0]);

function writeList(node, original, linesAbove) {
  const items = childrenOf(node);
  const before = original ? childrenOf(original) : [];
  const matches = align(items, before);
  const ordered = node.type.name === "ordered_list";
  const sample = before[0] && origins.get(before[0])?.prefix;
  const above = linesAbove && signOf([...linesAbove].reverse().find((line) => /^ *([-*+]|\d+[.)])/.test(line)) ?? "");
  let sign = (sample && signOf(sample)) || (ordered ? "." : "-");
  // Two lists side by side with one sign would be one list.
  if (above && above === sign && !sample) sign = ordered ? ")" : sign === "-" ? "*" : "-";
  const same = original && original.attrs.tight === node.attrs.tight;
  let number = node.attrs.order - 1;
  const out = [];
  items.forEach((item, index) => {
    const own = before[matches[index]];
    const known = own && origins.get(own);
    const beside = index && own && before[matches[index - 1]] && matches[index] === matches[index - 1] + 1 && same;
    number = known && ordered && same && original.attrs.order === node.attrs.order ? numberOf(known.prefix) : number + 1;
    if (index) out.push(...gap(beside ? before[matches[index - 1]] : null, beside ? own : null, node.attrs.tight ? 0 : 1));
    if (known && same && own.eq(item) && !(ordered && numberOf(known.prefix) !== number)) return out.push(...known.lines.slice(known.start, known.end));
    const fresh = ordered ? `${number}${sign} ` : sample && signOf(sample) === sign ? sample : `${sign} `;
    const prefix = known && !(ordered && numberOf(known.prefix) !== number) ? known.prefix : fresh;
    const { checked } = item.attrs;
    const box = checked === null ? "" : known?.task && own.attrs.checked === checked ? known.task : checked ? "[x] " : "[ ] ";
    const indent = " ".repeat(prefix.length);
    const body = writeBlocks(item, own, node.attrs.tight ? 0 : 1);
    const frame = (line, at) => (at ? line && indent + line : (prefix + box + line).trimEnd());
    const keeps = known && prefix === known.prefix;
    const lines = keeps ? reframed(body, known.inner.text, known.lines.slice(known.start, known.end), frame) : body.map(frame);
    if (keeps && box !== known.task) lines[0] = frame(body[0], 0);
    out.push(...lines);
  });
  return out;
}

// `original` is the document that was read; without it everything is written from the beginning.
export function write(doc, original) {
  if (original?.eq(doc)) return origins.get(original).lines.text.join("\n");
  const body = writeBlocks(doc, original, 1);
  const known = original && origins.get(original);
  if (!known) return `${body.join("\n")}\n`;
  if (!body.join("") && known.lines.text.every(isBlank)) return known.lines.text.join("\n");
  const last = origins.get(original.lastChild);
  return [...body, ...(last ? known.lines.slice(last.end, known.end) : [""])].join("\n");
}
