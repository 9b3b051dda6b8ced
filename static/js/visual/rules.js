// Marks of Markdown that are typed become what they mean, and the shortcuts of the keyboard.

import { pm } from "../../django_prose_editor/editor.js";
import * as commands from "./commands.js";
import { schema } from "./schema.js";

const { nodes, marks } = schema;
const { Plugin } = pm.state;

const blockRules = [
  [/^(#{1,6})$/, " ", ([, signs]) => commands.setBlockType(nodes.heading, { level: signs.length })],
  [/^[-*+]$/, " ", () => commands.toggleList(nodes.bullet_list)],
  [/^1[.)]$/, " ", () => commands.toggleList(nodes.ordered_list)],
  [/^>$/, " ", () => pm.commands.wrapIn(nodes.blockquote)],
  [/^\[[ xX]?\]$/, " ", () => commands.toggleTasks],
  [/^``$/, "`", () => commands.toggleCode],
  [/^--$/, "-", () => commands.insertRule],
];

const inlineRules = [
  [/(?:^|[^*])(\*\*([^*\s](?:[^*]*[^*\s])?)\*)$/, "*", marks.strong],
  [/(?:^|[^*\w])(\*([^*\s](?:[^*]*[^*\s])?))$/, "*", marks.em],
  [/(?:^|[^_\w])(_([^_\s](?:[^_]*[^_\s])?))$/, "_", marks.em],
  [/(?:^|[^~])(~~([^~\s](?:[^~]*[^~\s])?)~)$/, "~", marks.strike],
  [/(?:^|[^`])(`([^`]+))$/, "`", marks.code],
];

function applyBlockRule(view, before, text) {
  const { state } = view;
  const { $from } = state.selection;
  if ($from.parent.type !== nodes.paragraph) return false;
  for (const [pattern, sign, make] of blockRules) {
    const found = sign === text && pattern.exec(before);
    if (!found) continue;
    const cleared = state.apply(state.tr.delete($from.start(), $from.pos));
    const command = make(found);
    if (!command(cleared)) return false;
    const first = state.tr.delete($from.start(), $from.pos);
    view.dispatch(pm.history.closeHistory(first));
    command(view.state, view.dispatch, view);
    return true;
  }
  return false;
}

function applyInlineRule(view, before, text, from) {
  for (const [pattern, sign, type] of inlineRules) {
    const found = sign === text && pattern.exec(before);
    if (!found) continue;
    const [, whole, words] = found;
    const start = from - whole.length;
    const node = schema.text(words, [...view.state.selection.$from.marks().filter((mark) => mark.type !== type), type.create()]);
    view.dispatch(pm.history.closeHistory(view.state.tr.replaceWith(start, from, node).removeStoredMark(type)));
    return true;
  }
  return false;
}

function applyReferenceRule(view, before, text, from) {
  const found = text === "]" && /\[\[([^[\]\n]+)\]$/.exec(before);
  if (!found) return false;
  const words = found[1].split("|").at(-1).trim();
  view.dispatch(view.state.tr.replaceWith(from - found[0].length, from, nodes.reference.create({ source: `${found[0]}]`, words })));
  return true;
}

export const inputRules = new Plugin({
  props: {
    handleTextInput(view, from, to, text) {
      const { $from, empty } = view.state.selection;
      if (!empty || view.composing || $from.parent.type.spec.code || marks.code.isInSet($from.marks())) return false;
      const before = $from.parent.textBetween(Math.max(0, $from.parentOffset - 200), $from.parentOffset, null, "\ufffc");
      return applyBlockRule(view, before, text) || applyReferenceRule(view, before, text, from) || applyInlineRule(view, before, text, from);
    },
  },
});

const level = (number) => commands.toggleHeading(number);

export const keys = (askLink) => {
  const bound = {
    "Mod-b": commands.toggleMark(marks.strong),
    "Mod-i": commands.toggleMark(marks.em),
    "Mod-e": commands.toggleMark(marks.code),
    "Mod-Shift-x": commands.toggleMark(marks.strike),
    "Mod-k": askLink,
    "Mod-Alt-0": commands.setBlockType(nodes.paragraph),
    "Mod-Shift-7": commands.toggleList(nodes.ordered_list),
    "Mod-Shift-8": commands.toggleList(nodes.bullet_list),
    "Mod-Shift-9": commands.toggleTasks,
    "Mod-]": commands.sinkItem,
    "Mod-[": commands.liftItem,
    "Mod-z": pm.history.undo,
    "Mod-y": pm.history.redo,
    "Mod-Shift-z": pm.history.redo,
    "Shift-Enter": commands.insertBreak,
    Enter: commands.enter,
    Backspace: pm.commands.chainCommands(pm.commands.deleteSelection, commands.outdent, pm.commands.joinBackward, pm.commands.selectNodeBackward),
  };
  for (const number of [1, 2, 3, 4]) bound[`Mod-Alt-${number}`] = level(number);
  return [pm.keymap.keymap(bound), pm.keymap.keymap(pm.commands.baseKeymap)];
};
