// The toolbar of the visual mode: what is pressed shows where the cursor stands.

import { pm } from "../../django_prose_editor/editor.js";
import * as commands from "./commands.js";
import { tableTools } from "./tables.js";

const { nodes, marks } = commands;

const mark = (type, face, look, key) => ({ face, look, key, run: commands.toggleMark(type), pressed: (state) => commands.hasMark(state, type) });
const block = (run, pressed, face) => ({ run, pressed, face });

const tools = {
  bold: mark(marks.strong, "B", "is-bold", "B"),
  italic: mark(marks.em, "I", "is-italic", "I"),
  strike: mark(marks.strike, "S", "is-struck", "⇧X"),
  code: mark(marks.code, "‹ ›", "", "E"),
  link: { key: "K", asks: "link", pressed: (state) => commands.hasMark(state, marks.link) },
  heading: block(commands.toggleHeading(2), (state) => commands.isInside(state, nodes.heading), "H"),
  list: block(commands.toggleList(nodes.bullet_list), (state) => commands.isInside(state, nodes.bullet_list), "•"),
  numbers: block(commands.toggleList(nodes.ordered_list), (state) => commands.isInside(state, nodes.ordered_list), "1."),
  tasks: block(commands.toggleTasks, (state) => Boolean(commands.around(state.selection, (node) => (node.attrs.checked ?? null) !== null)), "☑"),
  quote: block(commands.toggleWrap(nodes.blockquote), (state) => commands.isInside(state, nodes.blockquote), "“ ”"),
  callout: block(commands.toggleWrap(nodes.callout, { kind: "note" }), (state) => commands.isInside(state, nodes.callout), "!"),
  codeBlock: block(commands.toggleCode, (state) => commands.isInside(state, nodes.code_block), "{ }"),
  table: block(commands.insertTable, undefined, "▦"),
  files: { asks: "files" },
};

const inTable = (state) => pm.tables.isInTable(state);
const contextual = [
  ...tableTools.map(({ name, run }) => ({ name, run, shown: inTable })),
  { name: "sink", run: commands.sinkItem, shown: (state) => commands.sinkItem(state), key: "]" },
  { name: "lift", run: commands.liftItem, shown: (state) => commands.isInside(state, nodes.list_item), key: "[" },
  { name: "done", run: commands.toggleDone, shown: (state) => commands.toggleDone(state), pressed: (state) => commands.isInside(state, nodes.list_item, { checked: true }) },
  { name: "language", asks: "language", shown: (state) => commands.isInside(state, nodes.code_block) },
  { name: "picture", asks: "picture", shown: (state) => state.selection.node?.type === nodes.image },
];

const part = (tag, more) => Object.assign(document.createElement(tag), more);

// A line of fields below the toolbar, which asks for an address, a language, or what a picture shows.
function asking(bar, words, view) {
  const row = part("div", { className: "editor-ask", hidden: true });
  const apply = part("button", { type: "button", className: "button", textContent: words.apply });
  const cancel = part("button", { type: "button", className: "button-link", textContent: words.cancel });
  bar.after(row);
  let fields = [];
  let done;
  const close = () => {
    row.hidden = true;
    view.focus();
  };
  const take = () => {
    const values = fields.map((field) => field.value.trim());
    close();
    done(...values);
  };
  apply.addEventListener("click", take);
  cancel.addEventListener("click", close);
  row.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && fields.includes(event.target)) take();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return {
    row,
    ask(questions, then) {
      fields = questions.map(([, value], index) => part("input", { id: `${view.dom.id}-ask-${index}`, type: "text", autocomplete: "off", value }));
      const labelled = questions.flatMap(([question], index) => [part("label", { htmlFor: fields[index].id, textContent: question }), fields[index]]);
      row.replaceChildren(...labelled, apply, cancel);
      done = then;
      row.hidden = false;
      fields[0].select();
    },
  };
}

function questions(view, words, ask, files) {
  return {
    link() {
      const { state } = view;
      const link = commands.linkAround(state);
      if (link && state.selection.empty) view.dispatch(state.tr.setSelection(pm.state.TextSelection.create(state.doc, link.from, link.to)));
      ask([[words.askLink, link?.href ?? ""]], (href) => commands.setLink(/^[\w-]+(\.[\w-]+)+(\/|$)/.test(href) ? `https://${href}` : href)(view.state, view.dispatch));
    },
    language() {
      const { pos, node } = commands.around(view.state.selection, (each) => each.type === nodes.code_block);
      ask([[words.askLanguage, node.attrs.language]], (language) => view.dispatch(view.state.tr.setNodeMarkup(pos, null, { language: language.split(/\s/)[0] })));
    },
    picture() {
      const { from, node } = view.state.selection;
      ask(
        [
          [words.askPicture, node.attrs.alt],
          [words.askCaption, node.attrs.title],
        ],
        (alt, title) => {
          view.dispatch(view.state.tr.setNodeMarkup(from, null, { ...node.attrs, alt, title }));
          const number = /^picture:(\d+)$/.exec(node.attrs.src)?.[1];
          if (number) files.describe(number, alt);
        },
      );
    },
    files: () => files.choose(),
  };
}

export function visualBar(bar, view, words, modifier, files) {
  const line = asking(bar, words, view);
  const asks = questions(view, words, line.ask, files);
  const run = (tool) => {
    if (tool.asks) return asks[tool.asks]();
    tool.run(view.state, view.dispatch, view);
    view.focus();
  };
  const all = [...Object.entries(tools).map(([name, tool]) => ({ name, ...tool })), ...contextual];
  const buttons = all.map((tool) => {
    const name = words.tools[tool.name];
    const title = tool.key ? `${name} (${modifier}${tool.key})` : name;
    const element = part("button", { type: "button", textContent: tool.face ?? name, title, ariaLabel: title, className: tool.look ?? "", tabIndex: -1 });
    // The text keeps its selection.
    element.addEventListener("mousedown", (event) => event.preventDefault());
    element.addEventListener("click", () => run(tool));
    return { tool, element };
  });
  return {
    elements: buttons.map(({ element }) => element),
    asks,
    update(state) {
      for (const { tool, element } of buttons) {
        if (tool.pressed) element.setAttribute("aria-pressed", String(tool.pressed(state)));
        if (tool.shown) element.hidden = !tool.shown(state);
        else if (tool.run) element.disabled = !tool.run(state) && !tool.pressed?.(state);
      }
    },
    remove: () => line.row.remove(),
  };
}
