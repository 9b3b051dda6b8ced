// Makes the document of the visual mode from a text and the tree that the server made of it, and remembers the lines of each node.

import { isBlank, Lines } from "./lines.js";
import { readInline } from "./read_inline.js";
import { origins, schema } from "./schema.js";

const { nodes } = schema;
const inlineTags = new Set(["em", "strong", "del", "code", "a", "img", "br", "sup"]);
const marker = /^( *)([-*+]|\d{1,9}[.)])(?:( +)|$)/;
const headingTag = /^h([1-6])$/;

const isInline = (node) => typeof node === "string" || inlineTags.has(node[0]);
const isElement = (node) => typeof node !== "string";
const tagOf = (node) => (typeof node === "string" ? "" : node[0]);
const textOf = (node) => (typeof node === "string" ? node : node[3].map(textOf).join(""));

function remember(node, lines, start, end, more) {
  origins.set(node, { lines, start, end, ...more });
  return node;
}

const asText = (words) => (words ? [schema.text(words)] : []);

const sourceOf = (lines, start, end) => remember(nodes.source.create(null, asText(lines.slice(start, end).join("\n"))), lines, start, end);

// A list of footnotes holds whatever follows the first one; a footnote stays source.
const unpacked = (children) =>
  children.flatMap((node) => (tagOf(node) === "section" ? unpacked(node[3].filter((each) => tagOf(each) === "ol").flatMap((list) => list[3])) : [node]));

const placed = (node, lines) => {
  const [first, , last, column] = node[1];
  return { start: first - 1, end: Math.min(lines.end, column === 0 ? last - 1 : last) };
};

// The blocks of a container whose lines are `lines`.
function readBlocks(children, lines) {
  const found = [];
  const blocks = unpacked(children).filter((node) => isElement(node) && node[1].length && !isInline(node));
  let at = lines.at;
  const fill = (to) => {
    let start = at;
    while (start < to && isBlank(lines.line(start))) start += 1;
    const end = lines.trimmed(start, to);
    // What no node covers: HTML, definitions of links.
    if (end > start) found.push(sourceOf(lines, start, end));
  };
  blocks.forEach((node, index) => {
    const { start, end: told } = placed(node, lines);
    if (start < at) return;
    fill(start);
    const next = blocks[index + 1] ? Math.max(placed(blocks[index + 1], lines).start, start + 1) : lines.end;
    const end = Math.max(lines.trimmed(start, Math.min(told, next)), start + 1);
    found.push(readBlock(node, lines, start, end) ?? sourceOf(lines, start, end));
    at = end;
  });
  fill(lines.end);
  return found;
}

function readBlock(node, lines, start, end) {
  const [tag, , attributes, children] = node;
  const heading = headingTag.exec(tag);
  if (tag === "p" || heading) return textblock(heading ? nodes.heading.create({ level: Number(heading[1]) }) : nodes.paragraph.create(), node[3], lines, start, end);
  if (tag === "hr") return remember(nodes.horizontal_rule.create(), lines, start, end);
  if (tag === "pre") return readCode(children[0], lines, start, end);
  if (tag === "blockquote" || tag === "div") return readQuote(attributes, children, lines, start, end);
  if (tag === "ul" || tag === "ol") return readList(node, lines, start, end);
  if (tag === "table") return readTable(children, lines, start, end);
  return null;
}

function textblock(empty, children, lines, start, end) {
  const { content, elements } = readInline(children, lines);
  return remember(empty.type.create(empty.attrs, content), lines, start, end, { elements });
}

function readCode([, , attributes, words], lines, start, end) {
  const fence = /^ {0,3}(`{3,}|~{3,}) *(.*)$/.exec(lines.line(start));
  const language = /language-(\S+)/.exec(attributes.class ?? "")?.[1] ?? "";
  const text = words.map(textOf).join("").replace(/\n$/, "");
  return remember(nodes.code_block.create({ language }, asText(text)), lines, start, end, { fence: fence?.[1] ?? "" });
}

const quoteMark = (line) => /^ {0,3}> ?/.exec(line)?.[0].length ?? 0;

function readQuote(attributes, children, lines, start, end) {
  if (lines.slice(start, end).some((line) => /^ {0,3}>\t/.test(line))) return null;
  const inner = lines.inside(start, end, quoteMark);
  const alert = /markdown-alert-(\w+)/.exec(attributes.class ?? "");
  if (!alert) {
    const blocks = readBlocks(children, inner);
    return blocks.length ? remember(nodes.blockquote.create(null, blocks), lines, start, end, { inner }) : null;
  }
  const head = /^\[!\w+\][ \t]*(.*?)[ \t]*$/.exec(inner.line(start));
  if (!head) return null;
  const body = inner.inside(start + 1, end, () => 0);
  const blocks = readBlocks(children.slice(children.findIndex(isElement) + 1), body);
  return remember(nodes.callout.create({ kind: alert[1], title: head[1] }, blocks.length ? blocks : [nodes.paragraph.create()]), lines, start, end, { inner: body });
}

function readList([tag, , attributes, children], lines, start, end) {
  const items = children.filter((node) => tagOf(node) === "li");
  const loose = items.some((item) => item[3].some((node) => tagOf(node) === "p"));
  const read = [];
  for (const [index, item] of items.entries()) {
    const from = item[1][0] - 1;
    const to = lines.trimmed(from, index + 1 < items.length ? items[index + 1][1][0] - 1 : end);
    const node = from < end && readItem(item, lines, from, Math.max(to, from + 1));
    if (!node) return null;
    read.push(node);
  }
  if (!read.length) return null;
  const type = tag === "ul" ? nodes.bullet_list.create({ tight: !loose }, read) : nodes.ordered_list.create({ tight: !loose, order: Number(attributes.start ?? 1) }, read);
  return remember(type, lines, start, end);
}

function readItem([, , , children], lines, start, end) {
  const mark = marker.exec(lines.line(start));
  if (!mark || lines.slice(start, end).some((line) => /^ *\t/.test(line))) return null;
  const [whole, indent, sign, gap] = mark;
  // A marker before nothing, or before indented code, has one space.
  const width = !gap || gap.length > 4 || whole.length === lines.line(start).length ? indent.length + sign.length + 1 : whole.length;
  const box = children.find((node) => tagOf(node) === "input");
  const task = box && /^\[[ xX]\](?: +|$)/.exec(lines.line(start).slice(width));
  if (box && !task) return null;
  const inner = lines.inside(start, end, (line, number) => (number === start ? Math.min(line.length, width + (task?.[0].length ?? 0)) : Math.min(/^ */.exec(line)[0].length, width)));
  const others = children.filter((node) => node !== box);
  if (box && typeof others[0] === "string") others[0] = others[0].trimStart();
  const blocks = readItemBlocks(others, inner);
  const checked = box ? "checked" in box[2] : null;
  return remember(nodes.list_item.create({ checked }, blocks.length ? blocks : [nodes.paragraph.create()]), lines, start, end, {
    inner,
    prefix: lines.line(start).slice(0, width).padEnd(width),
    task: task?.[0] ?? "",
  });
}

// In a tight list the words of an item stand in it without a paragraph around them.
function readItemBlocks(children, lines) {
  const first = children.findIndex((node) => !isInline(node));
  const words = first < 0 ? children : children.slice(0, first);
  if (!words.some((node) => isElement(node) || node.trim())) return readBlocks(children, lines);
  const next = first < 0 ? lines.end : Math.min(lines.end, (children[first][1][0] ?? lines.end + 1) - 1);
  let end = lines.at + 1;
  while (end < next && !isBlank(lines.line(end))) end += 1;
  const paragraph = textblock(nodes.paragraph.create(), words, lines, lines.at, end);
  const rest = end < lines.end ? readBlocks(first < 0 ? [] : children.slice(first), lines.inside(end, lines.end, () => 0)) : [];
  return [paragraph, ...rest];
}

function readTable(children, lines, start, end) {
  const rows = children.flatMap((part) => (isElement(part) ? part[3] : [])).filter((node) => tagOf(node) === "tr");
  const read = rows.map(([, position, , cells]) => {
    const at = position[0] - 1;
    const made = cells.filter(isElement).map((each) => readCell(each, lines, at));
    return remember(nodes.table_row.create(null, made), lines, at, at + 1);
  });
  return remember(nodes.table.create(null, read), lines, start, end);
}

function readCell([tag, position, attributes, children], lines, at) {
  const type = tag === "th" ? nodes.table_header : nodes.table_cell;
  const { content, elements } = readInline(children, lines);
  const from = lines.offset(at, position[1]);
  return remember(type.create({ align: attributes.align ?? null }, content), lines, at, at + 1, { elements, from, to: lines.offset(at, position[3]) + 1 });
}

export function read(text, tree) {
  const lines = new Lines(text.split("\n"));
  const blocks = readBlocks(tree, lines);
  return remember(nodes.doc.create(null, blocks.length ? blocks : [nodes.paragraph.create()]), lines, 0, lines.end);
}
