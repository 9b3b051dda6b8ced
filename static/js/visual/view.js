// The visual mode: a view of the text in a textarea, which stays the form field and holds the text at every moment.

import { pm } from "../../django_prose_editor/editor.js";
import { visualBar } from "./bar.js";
import { differences, reader, shownAsSource, unsure } from "./check.js";
import { menus } from "./menu.js";
import { clean } from "./paste.js";
import { imageView, pictures } from "./pictures.js";
import { inputRules, keys } from "./rules.js";
import { labels, schema } from "./schema.js";
import { tablePlugins } from "./tables.js";
import { write } from "./write.js";

const pause = 1500;
const { Plugin, EditorState } = pm.state;
const { nodes } = schema;

// There is always a line to write on below a table, a quote or code; an empty one is not saved.
const lastLine = new Plugin({
  appendTransaction: (transactions, before, { doc, tr }) =>
    doc.lastChild.type === nodes.paragraph ? null : tr.insert(doc.content.size, nodes.paragraph.create()).setMeta("addToHistory", false),
});

function taskView(words) {
  return (node, view, getPos) => {
    const dom = document.createElement("li");
    if (node.attrs.checked === null) return { dom, contentDOM: dom, update: (next) => next.type === node.type && next.attrs.checked === null };
    dom.className = "task-list-item";
    const box = Object.assign(document.createElement("input"), { type: "checkbox", tabIndex: -1, ariaLabel: words.tools.done, checked: node.attrs.checked });
    box.contentEditable = "false";
    const contentDOM = document.createElement("div");
    dom.append(box, contentDOM);
    box.addEventListener("change", () => view.dispatch(view.state.tr.setNodeMarkup(getPos(), null, { checked: box.checked })));
    return {
      dom,
      contentDOM,
      ignoreMutation: (mutation) => !contentDOM.contains(mutation.target),
      stopEvent: (event) => event.target === box,
      update(next) {
        if (next.type !== node.type || next.attrs.checked === null) return false;
        box.checked = next.attrs.checked;
        return true;
      },
    };
  };
}

function attributesOf(area, words) {
  const label = document.querySelector(`label[for="${area.id}"]`);
  label.id ||= `${area.id}-label`;
  return {
    id: `${area.id}-visual`,
    class: "visual prose",
    role: "textbox",
    "aria-multiline": "true",
    "aria-labelledby": label.id,
    "aria-description": words.described,
    ...(area.lang && { lang: area.lang }),
  };
}

export async function open({ desk, area, bar, status, words, modifier, files }) {
  Object.assign(labels, words.tools);
  const ask = reader(area, desk.dataset.treeUrl);
  const first = await ask(area.value);
  if (!first.doc) {
    status(first.failed ? words.failed : words.unfit);
    return null;
  }
  let base = first.doc;
  let written = area.value;
  let checked = area.value;
  let timer;
  let menu = [];
  const say = (text) => status(text);
  const startOf = (doc) => (doc.lastChild.type === nodes.paragraph ? doc : doc.copy(doc.content.addToEnd(nodes.paragraph.create())));

  const shown = pictures();
  let rtf = "";
  // Pictures inside what is pasted are sent like files.
  const hold = (file) => {
    const place = shown.hold(file);
    setTimeout(() => files.add([file], { place }));
    return place;
  };
  const plugins = [
    new Plugin({ props: { handleKeyDown: (_view, event) => menu.some((each) => each.press(event)) || event.defaultPrevented } }),
    inputRules,
    ...keys(() => bars.asks.link() ?? true),
    pm.history.history(),
    ...tablePlugins,
    shown.plugin,
    lastLine,
  ];
  const stateOf = (doc) => EditorState.create({ doc: startOf(doc), plugins });

  const view = new pm.view.EditorView((dom) => area.after(dom), {
    state: stateOf(base),
    attributes: attributesOf(area, words),
    nodeViews: { list_item: taskView(words), image: imageView(shown.names, words.uploads) },
    handleDOMEvents: { paste: (_view, event) => void (rtf = event.clipboardData?.getData("text/rtf") ?? "") },
    transformPastedHTML: (html) => clean(html, { hold, rtf, tell: (number) => say(words.notPasted.replace("{number}", number)) }),
    clipboardTextSerializer: (slice) => slice.content.textBetween(0, slice.content.size, "\n\n", "\n"),
    dispatchTransaction(transaction) {
      const { doc } = view.state;
      view.updateState(view.state.apply(transaction));
      bars.update(view.state);
      if (view.state.doc !== doc) changed();
    },
  });
  shown.use(view);
  const bars = visualBar(bar, view, words, modifier, files);

  function changed() {
    const text = write(view.state.doc, base);
    if (text === area.value) return;
    area.value = written = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(timer);
    timer = setTimeout(check, pause, false);
  }

  // Whether the server reads the text as it is shown; what it reads differently becomes source.
  async function check(leaving) {
    clearTimeout(timer);
    const { value } = area;
    const { doc } = view.state;
    const { doc: back, failed } = await ask(value);
    if (failed || doc !== view.state.doc) return true;
    const { $from } = view.state.selection;
    const here = $from.depth ? $from.node(1) : null;
    const different = (back ? differences(doc, back) : []).filter((block) => leaving || block !== here);
    if (!different.length) {
      checked = value;
      return true;
    }
    const transaction = shownAsSource(view.state, different);
    if (transaction) view.dispatch(transaction);
    checked = area.value;
    say(words.shownAsSource);
    return false;
  }

  async function guard() {
    const doc = view.state.doc;
    const blocks = await unsure(ask, doc);
    const transaction = blocks.length && shownAsSource(view.state, blocks);
    if (transaction) view.dispatch(transaction.setMeta("addToHistory", false));
  }

  // Somebody else has put another text into the field: a draft that came back, a merged text.
  async function readAgain() {
    if (area.value === written) return;
    written = checked = area.value;
    const { doc } = await ask(written);
    if (!doc) return;
    base = doc;
    view.updateState(stateOf(base));
    bars.update(view.state);
    guard();
  }

  async function leave(event) {
    if (area.value !== written || area.value === checked) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await check(true)) {
      checked = area.value;
      area.form.requestSubmit(event.submitter);
    } else view.focus();
  }

  const label = document.getElementById(`${area.id}-label`);
  const toView = () => view.focus();
  const isOwn = () => area.value === written;
  const onInput = () => isOwn() || readAgain();
  area.hidden = true;
  area.addEventListener("input", onInput);
  view.dom.addEventListener("focus", onInput);
  area.form.addEventListener("submit", leave, true);
  label.addEventListener("click", toView);
  bars.update(view.state);
  menu = menus(view, words, desk.dataset.suggestUrl, files.choose);
  guard();

  return {
    surface: view.dom,
    port: shown.port,
    elements: bars.elements,
    focus: toView,
    close() {
      clearTimeout(timer);
      area.removeEventListener("input", onInput);
      area.form.removeEventListener("submit", leave, true);
      label.removeEventListener("click", toView);
      bars.remove();
      for (const each of menu) each.remove();
      view.destroy();
      area.hidden = false;
    },
  };
}

