// What a text is made of in the visual mode. Each kind of node is one that Markdown can say; everything else stays source.

import { pm } from "../../django_prose_editor/editor.js";

const defaults = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { default: value }]));
const levels = [1, 2, 3, 4, 5, 6];
const cell = (tag, tableRole) => ({
  content: "inline*",
  tableRole,
  isolating: true,
  // The table commands of ProseMirror expect the first three.
  attrs: defaults({ colspan: 1, rowspan: 1, colwidth: null, align: null }),
  parseDOM: [{ tag, getAttrs: (element) => ({ align: ["left", "center", "right"].find((side) => side === element.getAttribute("align")) ?? null }) }],
  toDOM: (node) => [tag, { dir: "auto", ...(node.attrs.align && { align: node.attrs.align }) }, 0],
});

const referenceSource = /^(?:\[\[(?:\\.|[^[\]\n\\])+\]\]|\[\^[^[\]\s]+\])$/;
const wordsOfReference = (source) => (source.startsWith("[[") ? source.slice(2, -2).replace(/^.*(?<!\\)\|(?=.)/, "") : source);

// What the kinds of call-outs are called in the language of the page.
export const labels = {};

export const schema = new pm.model.Schema({
  nodes: {
    doc: { content: "block+" },
    paragraph: { group: "block", content: "inline*", parseDOM: [{ tag: "p" }], toDOM: () => ["p", { dir: "auto" }, 0] },
    heading: {
      group: "block",
      content: "inline*",
      attrs: defaults({ level: 2 }),
      defining: true,
      parseDOM: levels.map((level) => ({ tag: `h${level}`, attrs: { level } })),
      toDOM: (node) => [`h${node.attrs.level}`, { dir: "auto" }, 0],
    },
    blockquote: { group: "block", content: "block+", defining: true, parseDOM: [{ tag: "blockquote" }], toDOM: () => ["blockquote", 0] },
    callout: {
      group: "block",
      content: "block+",
      defining: true,
      attrs: defaults({ kind: "note", title: "" }),
      parseDOM: [{ tag: "div.markdown-alert[data-kind]", getAttrs: (element) => ({ kind: element.dataset.kind, title: element.dataset.title }) }],
      toDOM: ({ attrs }) => ["div", { class: `markdown-alert markdown-alert-${attrs.kind}`, "data-kind": attrs.kind, "data-title": attrs.title, "data-label": attrs.title || labels[attrs.kind] }, 0],
    },
    bullet_list: { group: "block", content: "list_item+", attrs: defaults({ tight: true }), parseDOM: [{ tag: "ul" }], toDOM: () => ["ul", 0] },
    ordered_list: {
      group: "block",
      content: "list_item+",
      attrs: defaults({ tight: true, order: 1 }),
      parseDOM: [{ tag: "ol", getAttrs: (element) => ({ order: Number(element.getAttribute("start") ?? 1) || 1 }) }],
      toDOM: ({ attrs }) => ["ol", attrs.order === 1 ? {} : { start: attrs.order }, 0],
    },
    list_item: {
      content: "block+",
      defining: true,
      attrs: defaults({ checked: null }),
      parseDOM: [{ tag: "li", getAttrs: (element) => ({ checked: "checked" in element.dataset ? element.dataset.checked === "true" : null }) }],
      toDOM: ({ attrs }) => ["li", attrs.checked === null ? {} : { "data-checked": String(attrs.checked) }, 0],
    },
    code_block: {
      group: "block",
      content: "text*",
      marks: "",
      code: true,
      defining: true,
      attrs: defaults({ language: "" }),
      parseDOM: [{ tag: "pre", preserveWhitespace: "full", getAttrs: (element) => ({ language: /language-(\S+)/.exec(element.firstElementChild?.className ?? "")?.[1] ?? "" }) }],
      toDOM: ({ attrs }) => ["pre", attrs.language ? { "data-language": attrs.language } : {}, ["code", 0]],
    },
    source: {
      group: "block",
      content: "text*",
      marks: "",
      code: true,
      defining: true,
      parseDOM: [{ tag: "pre[data-source]", preserveWhitespace: "full", priority: 60 }],
      toDOM: () => ["pre", { "data-source": "", class: "visual-source" }, 0],
    },
    horizontal_rule: { group: "block", parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] },
    table: { group: "block", content: "table_row+", tableRole: "table", isolating: true, parseDOM: [{ tag: "table" }], toDOM: () => ["table", ["tbody", 0]] },
    table_row: { content: "(table_header | table_cell)+", tableRole: "row", parseDOM: [{ tag: "tr" }], toDOM: () => ["tr", 0] },
    table_header: cell("th", "header_cell"),
    table_cell: cell("td", "cell"),
    text: { group: "inline" },
    hard_break: { group: "inline", inline: true, selectable: false, parseDOM: [{ tag: "br" }], toDOM: () => ["br"], leafText: () => "\n" },
    image: {
      group: "inline",
      inline: true,
      draggable: true,
      attrs: defaults({ src: "", alt: "", title: "" }),
      parseDOM: [
        { tag: "span[data-picture]", getAttrs: ({ dataset }) => ({ src: dataset.picture, alt: dataset.alt, title: dataset.title }) },
        { tag: "img[src]", getAttrs: (element) => ({ src: element.getAttribute("src"), alt: element.alt, title: element.title }) },
      ],
      toDOM: ({ attrs }) => [
        "span",
        { class: "visual-picture", role: "img", "aria-label": attrs.alt || attrs.src, "data-picture": attrs.src, "data-alt": attrs.alt, "data-title": attrs.title },
        attrs.alt || attrs.src,
      ],
    },
    // A wiki link or the mark of a footnote: written as its own source, shown by its words.
    reference: {
      group: "inline",
      inline: true,
      attrs: defaults({ source: "", words: "" }),
      // From the clipboard: what is saved has to be what is shown.
      parseDOM: [{ tag: "span[data-reference]", getAttrs: ({ dataset: { reference: source } }) => referenceSource.test(source) && { source, words: wordsOfReference(source) } }],
      toDOM: ({ attrs }) => ["span", { class: "visual-reference", "data-reference": attrs.source }, attrs.words || attrs.source],
    },
  },
  marks: {
    link: {
      inclusive: false,
      attrs: defaults({ href: "", title: "" }),
      parseDOM: [{ tag: "a[href]", getAttrs: (element) => ({ href: element.getAttribute("href"), title: element.title }) }],
      toDOM: ({ attrs }) => ["a", { href: attrs.href, ...(attrs.title && { title: attrs.title }) }],
    },
    strong: {
      parseDOM: [{ tag: "strong" }, { tag: "b" }],
      toDOM: () => ["strong"],
    },
    em: { parseDOM: [{ tag: "em" }, { tag: "i" }], toDOM: () => ["em"] },
    strike: { parseDOM: [{ tag: "del" }, { tag: "s" }], toDOM: () => ["del"] },
    code: { code: true, parseDOM: [{ tag: "code" }], toDOM: () => ["code", { spellcheck: "false" }] },
  },
});

// The source of a node that was read from a text; nodes never change, so a node that is still there was not edited.
export const origins = new WeakMap();

// A picture or file that is not stored yet: it is not written.
export const isPending = (node) => node.type.name === "image" && node.attrs.src.startsWith("pending:");

export const childrenOf = (node) => {
  const children = [];
  node.forEach((child) => children.push(child));
  return children;
};
