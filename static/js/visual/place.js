// Where each character of a text block stands in its source, so that an edit keeps the source of all others.

import { childrenOf, isPending } from "./schema.js";

const entity = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/iy;
const softBreak = /[ \t]*\n[ \t]*/y;
const hardBreak = /(?: {2,}|\\)\n[ \t]*/y;
const punctuation = /[!-/:-@[-`{-~]/;
const decoder = document.createElement("textarea");

function found(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

function decoded(name) {
  decoder.innerHTML = name;
  return decoder.value;
}

// The characters and atoms of a text block, each with its marks.
export const unitsOf = (node) =>
  childrenOf(node).filter((child) => !isPending(child)).flatMap((child) => (child.isText ? [...child.text].map((text) => ({ text, marks: child.marks })) : [{ node: child, marks: child.marks }]));

const sameMarks = (one, other) => one.length === other.length && one.every((mark, index) => mark.eq(other[index]));
export const sameUnit = (one, other) =>
  sameMarks(one.marks, other.marks) && (one.node ? Boolean(other.node) && one.node.type === other.node.type && one.node.hasMarkup(other.node.type, other.node.attrs, other.node.marks) : one.text === other.text);

class Mismatch extends Error {}

class Walk {
  constructor(source, offsetOf, inCell) {
    Object.assign(this, { source, offsetOf, inCell, spans: [] });
  }

  // How much of the source one character takes.
  length(character, at, inCode) {
    const { source } = this;
    if (character === " " && source[at] !== " ") return found(softBreak, source, at).length;
    if (character === " " && /^ +\n/.test(source.slice(at, at + 3))) return found(softBreak, source, at).length;
    if (this.inCell && source.startsWith("\\|", at) && character === "|") return 2;
    if (!inCode && source[at] === "\\" && source[at + 1] === character && punctuation.test(character)) return 2;
    const name = !inCode && source[at] === "&" && found(entity, source, at);
    if (name && decoded(name) === character) return name.length;
    return source.startsWith(character, at) ? character.length : 0;
  }

  take(length, at, stack) {
    if (!length) throw new Mismatch();
    this.spans.push({ from: at, to: at + length, stack });
    return at + length;
  }

  words(text, start, stack, inCode) {
    let at = start;
    for (const character of text) at = this.take(this.length(character, at, inCode), at, stack);
    return at;
  }

  element(element, at, stack, inCode) {
    const { source } = this;
    if (element.words && !element.atom) return this.words(element.words, at, stack, inCode);
    if (element.words) {
      const escape = source[at] === "\\" ? 1 : 0;
      return this.take(source.startsWith(element.words, at + escape) ? element.words.length + escape : 0, at, stack);
    }
    const [tag, position] = element.node;
    if (tag === "br") return this.take(found(hardBreak, source, at).length, at, stack);
    const start = this.offsetOf(position[0], position[1]);
    const end = this.offsetOf(position[2], position[3]) + 1;
    if (start !== at) throw new Mismatch();
    if (element.atom) return this.take(end - start, at, stack);
    const [opening, solid] = this.opening(tag, start, end, element);
    this.list(element.children, start + opening, [...stack, { start, end, solid, mark: element.mark }], inCode || tag === "code");
    return end;
  }

  // The length of what opens an element, and whether its words cannot be edited in place.
  opening(tag, start, end) {
    const { source } = this;
    if (tag === "em") return [1, false];
    if (tag === "strong") return [2, false];
    if (tag === "del") return [source[start + 1] === "~" ? 2 : 1, false];
    if (tag === "code") {
      const ticks = /^`*/.exec(source.slice(start, end))[0].length;
      const inner = source.slice(start + ticks, end - ticks);
      return [ticks + (/^[ \n].*[ \n]$/s.test(inner) && inner.trim() ? 1 : 0), true];
    }
    return [/[[<]/.test(source[start]) ? 1 : 0, source[end - 1] !== ")"];
  }

  list(elements, start, stack, inCode) {
    return elements.reduce((at, element) => this.element(element, at, stack, inCode), start);
  }
}

// One span per unit, or null where the source does not say the same.
export function placed(elements, { source, offsetOf, from, inCell }) {
  const walk = new Walk(source, offsetOf, inCell);
  try {
    walk.list(elements, from, [], false);
  } catch (problem) {
    if (problem instanceof Mismatch) return null;
    throw problem;
  }
  return walk.spans;
}

// The places between the units `index - 1` and `index` where a text can be cut, each with the elements that are open there.
export function cuts(spans, index, start) {
  const before = spans[index - 1];
  const after = spans[index];
  const closing = before?.stack ?? [];
  const opening = after?.stack ?? [];
  const common = closing.filter((element, depth) => element === opening[depth]).length;
  const places = [{ at: before?.to ?? start, open: closing }];
  for (let depth = closing.length; depth > common; depth -= 1) places.push({ at: closing[depth - 1].end, open: closing.slice(0, depth - 1) });
  for (let depth = common; depth < opening.length; depth += 1) places.push({ at: opening[depth].start, open: opening.slice(0, depth) });
  if (after) places.push({ at: after.from, open: opening });
  return places.filter((place) => !place.open.some((element) => element.solid));
}
