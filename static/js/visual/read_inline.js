// The words, marks and atoms of a text block, from the children of its node in the tree.

import { schema } from "./schema.js";

const { marks, nodes } = schema;
const lineBreak = /(<br ?\/?>)/i;
const markOf = { em: () => marks.em.create(), strong: () => marks.strong.create(), del: () => marks.strike.create(), code: () => marks.code.create() };

export const plain = (node) => (typeof node === "string" ? node : node[0] === "img" ? node[2].alt : node[3].map(plain).join(""));

// The source between the positions of a node, if both are in one line.
function between(lines, [first, from, last, to]) {
  return first === last ? lines.line(first - 1).slice(lines.offset(first - 1, from), lines.offset(last - 1, to) + 1) : "";
}

function atomOf(node, lines) {
  const [tag, position, attributes] = node;
  if (tag === "img") return nodes.image.create({ src: attributes.src, alt: attributes.alt ?? "", title: attributes.title ?? "" });
  if (tag === "br") return nodes.hard_break.create();
  if (tag !== "sup" && !("data-wikilink" in attributes)) return null;
  const source = between(lines, position);
  const whole = tag === "sup" ? /^\[\^[^\]]+\]$/ : /^\[\[.*\]\]$/;
  if (whole.test(source)) return nodes.reference.create({ source, words: tag === "sup" ? source : plain(node) });
  return nodes.reference.create({ source: tag === "sup" ? `[^${plain(node)}]` : `[[${decodeURIComponent(attributes.href)}|${plain(node)}]]`, words: plain(node) });
}

// `elements` is a tree like the server's, with words cut at breaks: what `place.js` looks up in the source.
export function readInline(children, lines) {
  const content = [];
  const add = (node, active) => content.push(node.mark(active));

  function walk(list, active) {
    const elements = [];
    for (const [index, node] of list.entries()) {
      if (typeof node !== "string") {
        const atom = atomOf(node, lines);
        if (atom) {
          add(atom, active);
          elements.push({ atom: true, node });
          continue;
        }
        const mark = markOf[node[0]]?.() ?? marks.link.create({ href: node[2].href ?? "", title: node[2].title ?? "" });
        elements.push({ node, mark, children: walk(node[3], mark.addToSet(active)) });
        continue;
      }
      let words = node;
      if (index && list[index - 1][0] === "br") words = words.replace(/^\n/, "");
      // A line break inside a paragraph is a space to its readers. The last one belongs to the HTML of a list item.
      words = index === list.length - 1 || (typeof list[index + 1] === "string") ? words.replace(/\n+$/, "") : words;
      for (const part of words.replace(/\n/g, " ").split(lineBreak)) {
        if (!part) continue;
        if (lineBreak.test(part)) add(nodes.hard_break.create(), active);
        else add(schema.text(part), active);
        elements.push(lineBreak.test(part) ? { atom: true, words: part } : { words: part });
      }
    }
    return elements;
  }

  const elements = walk(children, []);
  return { content, elements };
}
