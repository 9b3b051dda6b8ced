// Pictures in the visual mode: shown as they are; what is on its way has a place of its own, which the saved text does not have.

import { pm } from "../../django_prose_editor/editor.js";
import { isPending, schema } from "./schema.js";

const { nodes, marks } = schema;
const { Plugin } = pm.state;

const part = (tag, more) => Object.assign(document.createElement(tag), more);

export const imageView = (names, words) => (node) => {
  const dom = part("span", { className: "visual-picture" });
  const show = ({ attrs }) => {
    const number = /^picture:(\d+)$/.exec(attrs.src)?.[1];
    const text = isPending(node) ? words.uploading.replace("{name}", names.get(attrs.src) ?? "") : attrs.alt || attrs.src;
    dom.replaceChildren(text);
    dom.classList.toggle("is-shown", Boolean(number));
    dom.role = "img";
    dom.ariaLabel = attrs.alt || text;
    if (!number) return;
    const picture = part("img", { src: `/media/pictures/${number}/800/picture`, alt: attrs.alt });
    picture.addEventListener("error", () => dom.replaceChildren(text));
    dom.replaceChildren(picture);
    if (attrs.title) dom.append(part("span", { className: "visual-caption", textContent: attrs.title }));
  };
  show(node);
  return {
    dom,
    ignoreMutation: () => true,
    update(next) {
      if (next.type !== node.type) return false;
      node = next;
      show(node);
      return true;
    },
  };
};

// The plugin, and what takes files for the view that `use` is given.
export function pictures() {
  const names = new Map();
  const results = new Map();
  let view;
  let last = 0;

  const hold = (file) => {
    const src = `pending:${Date.now()}-${(last += 1)}`;
    names.set(src, file.name);
    return src;
  };

  // Also what undo or redo brings back after it has arrived.
  const plugin = new Plugin({
    appendTransaction(_transactions, _before, { doc, tr }) {
      if (!results.size) return null;
      const places = [];
      doc.descendants((node, pos) => void (isPending(node) && results.has(node.attrs.src) && places.push([node, pos])));
      for (const [node, pos] of places.reverse()) {
        const item = results.get(node.attrs.src);
        if (!item) tr.delete(pos, pos + 1);
        else if (item.kind === "picture") tr.setNodeMarkup(pos, null, { ...node.attrs, src: `picture:${item.number}` });
        else {
          const [left, right] = [doc.resolve(pos).nodeBefore?.text, doc.resolve(pos + 1).nodeAfter?.text];
          const link = schema.text(item.title, [marks.link.create({ href: `file:${item.number}` })]);
          tr.replaceWith(pos, pos + 1, [...(/\S$/.test(left ?? "") ? [schema.text(" ")] : []), link, ...(/^[\p{L}\p{N}]/u.test(right ?? "") ? [schema.text(" ")] : [])]);
        }
      }
      return places.length ? tr.setMeta("addToHistory", false) : null;
    },
  });

  // A picture is a paragraph of its own; a file is a link among the words.
  function insert(src, at, isPicture) {
    const { tr, doc } = view.state;
    const $at = doc.resolve(at);
    const node = nodes.image.create({ src });
    const inside = $at.parent.inlineContent && !$at.parent.type.spec.code;
    if (inside && (!isPicture || $at.parent.type !== nodes.paragraph || !$at.parent.content.size)) return view.dispatch(tr.insert(at, node));
    view.dispatch(tr.insert($at.parent.isTextblock ? $at.after() : at, nodes.paragraph.create(null, node)));
  }

  const port = {
    begin(file, event) {
      const src = hold(file);
      const at = event?.clientX === undefined ? null : view.posAtCoords({ left: event.clientX, top: event.clientY });
      insert(src, at?.pos ?? view.state.selection.to, file.type.startsWith("image/"));
      return src;
    },
    end(src, item) {
      results.set(src, item);
      if (!view.isDestroyed) view.dispatch(view.state.tr);
    },
    describe(number, alt) {
      const { tr, doc } = view.state;
      doc.descendants((node, pos) => void (node.attrs.src === `picture:${number}` && !node.attrs.alt && tr.setNodeMarkup(pos, null, { ...node.attrs, alt })));
      if (tr.docChanged) view.dispatch(tr);
    },
    focus: () => view.focus() ?? true,
  };
  return { names, plugin, port, hold, use: (made) => (view = made) };
}
