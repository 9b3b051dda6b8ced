// What can be done to a text. A command returns whether it applies, and does it if it is given `dispatch`.

import { pm } from "../../django_prose_editor/editor.js";
import { childrenOf, schema } from "./schema.js";

const { TextSelection } = pm.state;
const { chainCommands, setBlockType, toggleMark, wrapIn, lift } = pm.commands;
const { nodes, marks } = schema;

export const isList = (node) => node.type === nodes.bullet_list || node.type === nodes.ordered_list;

// The nearest node around the selection that fits, with its place and depth.
export function around({ $from }, fits) {
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const node = $from.node(depth);
    if (fits(node)) return { node, depth, pos: $from.before(depth), index: $from.index(depth) };
  }
  return null;
}

export const isInside = (state, type, attrs = {}) =>
  Boolean(around(state.selection, (node) => node.type === type && Object.entries(attrs).every(([name, value]) => node.attrs[name] === value)));

export const hasMark = ({ selection, storedMarks, doc }, type) =>
  selection.empty ? Boolean(type.isInSet(storedMarks ?? selection.$from.marks())) : doc.rangeHasMark(selection.from, selection.to, type);

// Puts `replacement` where `node` was; the cursor stays in its text block, which is part of both.
function rebuild(state, dispatch, { pos, node }, replacement) {
  if (!dispatch) return true;
  const { $from } = state.selection;
  const tr = state.tr.replaceWith(pos, pos + node.nodeSize, replacement);
  tr.doc.descendants((each, at) => {
    if (each === $from.parent) tr.setSelection(TextSelection.create(tr.doc, at + 1 + $from.parentOffset));
  });
  dispatch(tr.scrollIntoView());
  return true;
}

const some = (list, items) => (items.length ? [list.type.create(list.attrs, items)] : []);
const asParagraph = (node) => (node.type === nodes.heading ? nodes.paragraph.create(null, node.content) : node);

export function splitItem(state, dispatch) {
  const { $from, $to, empty } = state.selection;
  const item = around(state.selection, (node) => node.type === nodes.list_item);
  if (!item || item.depth !== $from.depth - 1 || !$from.parent.isTextblock || $from.parent.type.spec.code) return false;
  if (empty && !$from.parent.content.size && $from.index(item.depth) === 0 && item.node.childCount === 1) return liftItem(state, dispatch);
  if (!$from.sameParent($to) || $from.index(item.depth) !== 0) return false;
  if (dispatch) {
    const checked = item.node.attrs.checked === null ? null : false;
    const tr = state.tr.deleteSelection();
    dispatch(tr.split(tr.selection.from, 2, [{ type: nodes.list_item, attrs: { checked } }, { type: nodes.paragraph }]).scrollIntoView());
  }
  return true;
}

export function liftItem(state, dispatch) {
  const list = around(state.selection, isList);
  if (!list) return false;
  const items = childrenOf(list.node);
  const { index } = list;
  const [before, own, after] = [items.slice(0, index), items[index], items.slice(index + 1)];
  const outer = around({ $from: state.doc.resolve(list.pos) }, isList);
  if (!outer || outer.depth !== list.depth - 2) return rebuild(state, dispatch, list, [...some(list.node, before), ...childrenOf(own), ...some(list.node, after)]);
  const holder = outer.node.child(outer.index);
  const place = state.doc.resolve(list.pos).index();
  const kept = holder.copy(pm.model.Fragment.from([...childrenOf(holder).slice(0, place), ...some(list.node, before)]));
  const lifted = own.copy(pm.model.Fragment.from([...childrenOf(own), ...some(list.node, after), ...childrenOf(holder).slice(place + 1)]));
  const siblings = childrenOf(outer.node);
  siblings.splice(outer.index, 1, kept, lifted);
  return rebuild(state, dispatch, outer, outer.node.copy(pm.model.Fragment.from(siblings)));
}

export function sinkItem(state, dispatch) {
  const list = around(state.selection, isList);
  if (!list || !list.index) return false;
  const items = childrenOf(list.node);
  const above = items[list.index - 1];
  const last = above.lastChild;
  const inner = isList(last) ? [...childrenOf(above).slice(0, -1), last.copy(last.content.addToEnd(items[list.index]))] : [...childrenOf(above), list.node.type.create(list.node.attrs, items[list.index])];
  items.splice(list.index - 1, 2, above.copy(pm.model.Fragment.from(inner)));
  return rebuild(state, dispatch, list, list.node.copy(pm.model.Fragment.from(items)));
}

function wrapInList(state, dispatch, type, checked = null) {
  const range = state.selection.$from.blockRange(state.selection.$to);
  if (!range || range.parent.type === nodes.table_row) return false;
  const blocks = childrenOf(range.parent).slice(range.startIndex, range.endIndex);
  if (!blocks.every((block) => block.isTextblock && !block.type.spec.code)) return false;
  if (!dispatch) return true;
  const items = blocks.map((block) => nodes.list_item.create({ checked }, asParagraph(block)));
  const list = type.create(null, items);
  const tr = state.tr.replaceWith(range.start, range.end, list);
  const offset = state.selection.$from.pos - range.start + 2;
  dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(range.start + offset))).scrollIntoView());
  return true;
}

export const toggleList = (type) => (state, dispatch) => {
  const list = around(state.selection, isList);
  if (!list) return wrapInList(state, dispatch, type);
  const items = childrenOf(list.node);
  if (list.node.type === type && items.every((item) => item.attrs.checked === null)) return rebuild(state, dispatch, list, items.flatMap(childrenOf));
  const plain = items.map((item) => nodes.list_item.create({ checked: null }, item.content));
  return rebuild(state, dispatch, list, type.create({ tight: list.node.attrs.tight }, plain));
};

export function toggleTasks(state, dispatch) {
  const list = around(state.selection, isList);
  if (!list) return wrapInList(state, dispatch, nodes.bullet_list, false);
  const items = childrenOf(list.node);
  const checked = items.some((item) => item.attrs.checked === null) ? false : null;
  const changed = items.map((item) => nodes.list_item.create({ checked: checked === null ? null : (item.attrs.checked ?? false) }, item.content));
  return rebuild(state, dispatch, list, nodes.bullet_list.create({ tight: list.node.attrs.tight }, changed));
}

export function toggleDone(state, dispatch) {
  const item = around(state.selection, (node) => node.type === nodes.list_item);
  if (!item || item.node.attrs.checked === null) return false;
  dispatch?.(state.tr.setNodeMarkup(item.pos, null, { checked: !item.node.attrs.checked }));
  return true;
}

export const toggleHeading = (level) => (state, dispatch, view) =>
  isInside(state, nodes.heading, { level }) ? setBlockType(nodes.paragraph)(state, dispatch, view) : setBlockType(nodes.heading, { level })(state, dispatch, view);

export const toggleWrap = (type, attrs) => (state, dispatch, view) => {
  const outer = around(state.selection, (node) => node.type === type);
  if (!outer) return wrapIn(type, attrs)(state, dispatch, view);
  if (attrs && outer.node.attrs.kind !== attrs.kind) {
    dispatch?.(state.tr.setNodeMarkup(outer.pos, null, { ...attrs, title: outer.node.attrs.title }));
    return true;
  }
  return rebuild(state, dispatch, outer, outer.node.content);
};

export const toggleCode = (state, dispatch, view) =>
  isInside(state, nodes.code_block) ? setBlockType(nodes.paragraph)(state, dispatch, view) : setBlockType(nodes.code_block)(state, dispatch, view);

function insertBlock(make) {
  return (state, dispatch) => {
    const { $from } = state.selection;
    if (around(state.selection, (node) => node.type === nodes.table) || !$from.depth) return false;
    if (!dispatch) return true;
    const node = make();
    const replaces = $from.parent.type === nodes.paragraph && !$from.parent.content.size;
    const [from, to] = replaces ? [$from.before(), $from.after()] : [$from.after(), $from.after()];
    const tr = state.tr.replaceWith(from, to, node.isAtom ? [node, nodes.paragraph.create()] : node);
    dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(from + (node.isAtom ? node.nodeSize : 1)))).scrollIntoView());
    return true;
  };
}

export const insertRule = insertBlock(() => nodes.horizontal_rule.create());
export const insertTable = insertBlock(() => {
  const row = (type) => nodes.table_row.create(null, [0, 1, 2].map(() => type.create()));
  return nodes.table.create(null, [row(nodes.table_header), row(nodes.table_cell), row(nodes.table_cell)]);
});

export function insertBreak(state, dispatch) {
  const { parent } = state.selection.$from;
  if (!parent.inlineContent || parent.type.spec.code || parent.type === nodes.heading) return false;
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create(), true).scrollIntoView());
  return true;
}

// Markdown has one line for a row.
export const stayInCell = (state) => Boolean(around(state.selection, (node) => node.type.spec.tableRole === "cell" || node.type.spec.tableRole === "header_cell"));

export const setLink = (href) => (state, dispatch) => {
  const { from, to, empty } = state.selection;
  const tr = state.tr;
  if (empty) {
    const words = href.replace(/^https?:\/\//, "");
    if (href) tr.replaceSelectionWith(schema.text(words, [marks.link.create({ href })]), false);
  } else {
    tr.removeMark(from, to, marks.link);
    if (href) tr.addMark(from, to, marks.link.create({ href }));
  }
  dispatch?.(tr.scrollIntoView());
  return true;
};

// The link at the cursor, from end to end.
export function linkAround(state) {
  const { $from } = state.selection;
  const mark = marks.link.isInSet($from.marks()) ?? ($from.nodeAfter && marks.link.isInSet($from.nodeAfter.marks));
  if (!mark) return null;
  const start = $from.start();
  let [from, to] = [null, null];
  $from.parent.forEach((child, offset) => {
    if (!mark.isInSet(child.marks)) return;
    const [left, right] = [start + offset, start + offset + child.nodeSize];
    if (from !== null && left > to) return;
    if (right < $from.pos && left !== to) [from, to] = [null, null];
    from ??= left;
    to = right;
  });
  return from === null ? null : { from, to, href: mark.attrs.href };
}

export const enter = chainCommands(stayInCell, splitItem, ...["newlineInCode", "createParagraphNear", "liftEmptyBlock", "splitBlock"].map((name) => pm.commands[name]));

// At the start of an item it leaves its list.
export function outdent(state, dispatch) {
  const { $from, empty } = state.selection;
  const item = around(state.selection, (node) => node.type === nodes.list_item);
  if (!empty || $from.parentOffset || !item || item.depth !== $from.depth - 1 || item.index) return false;
  return liftItem(state, dispatch);
}

export { lift, marks, nodes, setBlockType, toggleMark };
