// Writes words with marks as Markdown, with as few escapes as make it sure to be read as the same.

import { schema } from "./schema.js";

const word = /[\p{L}\p{N}]/u;
const space = /\s/;
const address = /(?:https?:\/\/|www\.)[^\s<>]*/gy;
const entity = /&(?:#\d|#x[\da-f]|[a-z])[a-z\d]*;/iy;
// No address of a person is longer, and a word of 100,000 letters would be read again from each of them.
const mentionOrMail = /[\w.+-]{0,64}@[\w.+-]+/gy;

// What makes a bracket more than a bracket: a link, a wiki link, a footnote, the box of a task.
const opensLink = /^[[^]|^[ xX]\](?:\s|$)|^[^[\]]*\]\s?[([:]/;

const isWord = (character) => Boolean(character) && word.test(character);
const isSpace = (character) => !character || space.test(character);
const matchAt = (pattern, text, at) => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
};

const mustEscape = {
  "\\": (before, after) => !after || /[!-/:-@[-`{-~\n]/.test(after),
  "`": () => true,
  "*": (before, after) => !(isSpace(before) && isSpace(after)),
  _: (before, after) => !(isWord(before) && isWord(after)) && !(isSpace(before) && isSpace(after)),
  "~": (before, after) => !(isSpace(before) && isSpace(after)),
  "[": (before, after, rest, inLink) => inLink || opensLink.test(rest),
  "]": (before, after, rest, inLink) => inLink,
  "<": (before, after) => !after || /[a-z/!?]/i.test(after),
  "|": (before, after, rest, inLink, inCell) => inCell,
  "!": (before, after) => !after || after === "[",
};

function escaped(text, before, after, { inLink, inCell }) {
  let out = "";
  for (let at = 0; at < text.length; ) {
    const whole = !isWord(text[at - 1] ?? before) && (matchAt(address, text, at) || matchAt(mentionOrMail, text, at));
    if (whole) {
      out += inCell ? whole.replace(/\|/g, "\\|") : whole;
      at += whole.length;
      continue;
    }
    const sign = text[at];
    // Put together only near the end, because that copies it.
    const rest = text.length - at > 1000 ? text.slice(at + 1) : text.slice(at + 1) + after;
    const must = sign === "&" ? matchAt(entity, text, at) : mustEscape[sign]?.(text[at - 1] ?? before, text[at + 1] ?? after, rest, inLink, inCell);
    out += must ? `\\${sign}` : sign;
    at += 1;
  }
  return out;
}

export const destination = (href) => {
  const plain = href.replace(/[<>\n]/g, encodeURIComponent);
  return /[\s()]/.test(plain) || !plain ? `<${plain}>` : plain;
};
const title = (words) => (words ? ` "${words.replace(/["\\]/g, "\\$&")}"` : "");

function code(text, inCell) {
  const runs = (text.match(/`+/g) ?? []).map((run) => run.length);
  let length = 1;
  while (runs.includes(length)) length += 1;
  const ticks = "`".repeat(length);
  const pad = /^`|`$|^ .*[^ ].* $/.test(text) ? " " : "";
  return ticks + pad + (inCell ? text.replace(/\|/g, "\\|") : text) + pad + ticks;
}

const imageOf = ({ alt, src, title: words }) => `![${alt.replace(/[[\]\\]/g, "\\$&")}](${destination(src)}${title(words)})`;

function atom(node, { inCell }) {
  if (node.type.name === "hard_break") return inCell ? "<br>" : "\\\n";
  const written = node.type.name === "image" ? imageOf(node.attrs) : node.attrs.source;
  return inCell ? written.replace(/(?<!\\)\|/g, "\\|") : written;
}

const has = (unit, mark) => unit.marks.some((each) => each.eq(mark));
const emphasis = ["strong", "em", "strike"];

// Markdown cannot begin or end emphasis at a space, nor at punctuation with a letter on the other side of it.
export function withoutLooseMarks(units, before = "", after = "") {
  const result = [...units];
  const drop = (index, mark) => (result[index] = { ...result[index], marks: mark.removeFromSet(result[index].marks) });
  const text = (index) => (index < 0 ? before : index >= result.length ? after : (result[index].text ?? "\ufffc"));
  const loose = (index, beyond) => space.test(text(index)) || result[index].node?.type.name === "hard_break" || (!isWord(text(index)) && isWord(beyond) && !inCode(index));
  const inCode = (index) => result[index].marks.some((mark) => mark.type.name === "code" || mark.type.name === "link");
  for (const name of emphasis) {
    for (let start = 0; start < result.length; ) {
      const mark = schema.marks[name].isInSet(result[start].marks);
      if (!mark) {
        start += 1;
        continue;
      }
      let end = start;
      while (end < result.length && has(result[end], mark)) end += 1;
      const next = end;
      while (start < end && loose(start, text(start - 1))) drop(start++, mark);
      while (start < end && loose(end - 1, text(end))) drop(--end, mark);
      start = next;
    }
  }
  return result;
}

const order = ["link", "strong", "em", "strike", "code"];

// The mark of the first unit that reaches furthest, and where it ends.
function outermost(units, from, to, open) {
  let best = null;
  for (const mark of units[from].marks.filter((each) => !open.some((other) => other.eq(each)))) {
    let end = from;
    while (end < to && has(units[end], mark)) end += 1;
    const rank = mark.type.name === "code" ? -1 : end * 8 - order.indexOf(mark.type.name);
    if (!best || rank > best.rank) best = { mark, end, rank };
  }
  return best;
}

function marked(name, inner, before, after) {
  if (name === "strike") return `~~${inner}~~`;
  // Stars beside stars are read as one run.
  const clash = before === "*" || after === "*" || inner.startsWith("*") || inner.endsWith("*");
  const sign = clash && !isWord(before) && !isWord(after) && !inner.startsWith("_") && !inner.endsWith("_") ? "_" : "*";
  return name === "strong" ? sign.repeat(2) + inner + sign.repeat(2) : sign + inner + sign;
}

function link(mark, inner, words) {
  const { href, title: told } = mark.attrs;
  const bare = !told && (href === words || href === `mailto:${words}`) && /^[a-z][a-z\d+.-]+:[^\s<>]*$/i.test(href);
  return bare ? `<${words}>` : `[${inner}](${destination(href)}${title(told)})`;
}

const textOf = (units) => units.map((unit) => unit.text ?? "").join("");

function run(units, from, to, open, context) {
  let out = "";
  const lastSign = () => out.at(-1) ?? context.before;
  for (let at = from; at < to; ) {
    const best = outermost(units, at, to, open);
    if (!best) {
      let end = at + 1;
      while (end < to && units[at].text && units[end].text && !outermost(units, end, to, open)) end += 1;
      const beyond = end < to ? (units[end].text ?? (units[end].node.type.name === "image" ? "!" : "[")) : context.after;
      // A mark begins with a sign, not with its first letter.
      const after = end < to && units[end].text && outermost(units, end, to, open) ? "[" : beyond;
      out += units[at].node ? atom(units[at].node, context) : escaped(textOf(units.slice(at, end)), lastSign(), after, context);
      at = end;
      continue;
    }
    const { mark, end } = best;
    const { name } = mark.type;
    const words = textOf(units.slice(at, end));
    const after = end < to ? (units[end].text ?? "[") : context.after;
    if (name === "code") out += code(words, context.inCell);
    else {
      const inner = run(units, at, end, [...open, mark], { ...context, before: "", after: "", inLink: context.inLink || name === "link" });
      out += name === "link" ? link(mark, inner, words) : marked(name, inner, lastSign(), after);
    }
    at = end;
  }
  return out;
}

// `before` and `after` are the characters of the source around it.
export function writeInline(units, { before = "", after = "", inCell = false, open = [] } = {}) {
  const tight = withoutLooseMarks(units, before, after);
  return run(tight, 0, tight.length, open, { before, after, inCell, inLink: open.some((mark) => mark.type.name === "link") });
}
