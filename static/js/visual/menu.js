// What "/" offers at the start of a line; and pages after "[[", people after "@".

import { Choices } from "../choices.js";
import { complete } from "../completion.js";
import * as commands from "./commands.js";

const { nodes } = commands;

const entries = {
  heading2: commands.toggleHeading(2),
  heading3: commands.toggleHeading(3),
  list: commands.toggleList(nodes.bullet_list),
  numbers: commands.toggleList(nodes.ordered_list),
  tasks: commands.toggleTasks,
  quote: commands.toggleWrap(nodes.blockquote),
  ...Object.fromEntries(["note", "tip", "important", "warning", "caution"].map((kind) => [kind, commands.toggleWrap(nodes.callout, { kind })])),
  codeBlock: commands.toggleCode,
  table: commands.insertTable,
  rule: commands.insertRule,
};

class Menu extends Choices {
  async look(wanted) {
    this.wanted = wanted;
    if (!wanted) return this.close();
    this.hits = wanted.hits;
    this.chosen = 0;
    this.show();
    this.status.textContent = this.hits.length ? this.words.found.replace("{number}", this.hits.length) : this.words.foundNone;
  }
}

const before = (view, length) => {
  const { $from, empty } = view.state.selection;
  if (!empty || !$from.parent.inlineContent || $from.parent.type.spec.code) return "";
  return $from.parent.textBetween(Math.max(0, $from.parentOffset - length), $from.parentOffset, null, "\ufffc");
};

export function menus(view, words, address, choose) {
  const caret = () => view.coordsAtPos(view.state.selection.head);
  const offered = { ...entries, files: choose };
  const takeEntry = (hit) => {
    const { $from } = view.state.selection;
    view.dispatch(view.state.tr.delete($from.start(), $from.pos));
    view.focus();
    offered[hit.name](view.state, view.dispatch, view);
  };
  const menu = new Menu(view.dom, "", takeEntry, caret, "menu");
  menu.listen(() => {
    const found = /^\/([\p{L}\d -]{0,20})$/u.exec(before(view, 40));
    if (!found || view.state.selection.$from.parent.type !== nodes.paragraph) return null;
    const typed = found[1].toLocaleLowerCase();
    const hits = Object.keys(offered).map((name) => ({ name, title: words.tools[name], kind_label: "", space: "", url: `#${name}` }));
    return { hits: hits.filter((hit) => hit.title.toLocaleLowerCase().includes(typed)) };
  });

  const completion = complete(view.dom, address, {
    before: () => before(view, 80),
    caret,
    take(typed, { link, title }) {
      const { head } = view.state.selection;
      const node = link.startsWith("[[") ? nodes.reference.create({ source: link, words: title }) : view.state.schema.text(link);
      view.dispatch(view.state.tr.replaceWith(head - typed.length, head, node));
    },
  });
  return [menu, completion];
}
