// Adds a toolbar, keyboard shortcuts, preview, completion and a safety copy of the text to a Markdown textarea.

import { complete } from "./completion.js";
import { keepDraft } from "./draft.js";

const mac = navigator.platform.startsWith("Mac");

// Wraps the selection, or takes the wrapping off again. insertText keeps the browser's own undo.
function wrap(area, before, after = before) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  area.focus();
  if (value.slice(start - before.length, start) === before && value.slice(end, end + after.length) === after) {
    area.setSelectionRange(start - before.length, end + after.length);
    insert(area, chosen);
    area.setSelectionRange(start - before.length, end - before.length);
    return;
  }
  insert(area, before + chosen + after);
  area.setSelectionRange(start + before.length, start + before.length + chosen.length);
}

// Puts a mark before every chosen line, or takes it off again.
function prefix(area, mark) {
  const { value } = area;
  const start = value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const next = value.indexOf("\n", area.selectionEnd);
  const end = next < 0 ? value.length : next;
  const lines = value.slice(start, end).split("\n");
  const marked = lines.every((line) => line.startsWith(mark));
  const changed = lines.map((line) => (marked ? line.slice(mark.length) : mark + line)).join("\n");
  area.focus();
  area.setSelectionRange(start, end);
  insert(area, changed);
  area.setSelectionRange(start, start + changed.length);
}

function insert(area, text) {
  if (text ? document.execCommand("insertText", false, text) : document.execCommand("delete")) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

const tools = [
  { label: "Bold", face: "B", look: "is-bold", key: "b", run: (area) => wrap(area, "**") },
  { label: "Italic", face: "I", look: "is-italic", key: "i", run: (area) => wrap(area, "*") },
  { label: "Link", face: "Link", key: "k", run: (area) => wrap(area, "[", "](https://)") },
  { label: "Wiki link", face: "[[ ]]", run: (area) => wrap(area, "[[", "]]") },
  { label: "Heading", face: "H", run: (area) => prefix(area, "## ") },
  { label: "List", face: "• List", run: (area) => prefix(area, "- ") },
  { label: "Quote", face: "“ ”", run: (area) => prefix(area, "> ") },
  { label: "Code", face: "‹ ›", key: "e", run: (area) => wrap(area, "`") },
];

function button(label, face) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = face;
  element.title = label;
  element.setAttribute("aria-label", label);
  return element;
}

function toolbar(area) {
  const bar = document.createElement("div");
  bar.className = "editor-bar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Formatting");
  bar.setAttribute("aria-controls", area.id);
  for (const tool of tools) {
    const element = button(tool.key ? `${tool.label} (${mac ? "⌘" : "Ctrl+"}${tool.key.toUpperCase()})` : tool.label, tool.face);
    if (tool.look) element.className = tool.look;
    element.addEventListener("click", () => tool.run(area));
    bar.append(element);
  }
  // One stop for the Tab key; the arrows move inside, as the ARIA toolbar pattern asks.
  bar.addEventListener("keydown", (event) => {
    const buttons = [...bar.querySelectorAll("button")];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    buttons.forEach((each) => (each.tabIndex = each === next ? 0 : -1));
    next.focus();
  });
  return bar;
}

function preview(desk, area, bar) {
  const pane = document.createElement("div");
  pane.className = "editor-preview prose";
  pane.hidden = true;
  pane.setAttribute("role", "region");
  pane.setAttribute("aria-label", "Preview");
  const toggle = button("Preview", "Preview");
  toggle.className = "is-end";
  toggle.setAttribute("aria-pressed", "false");
  toggle.addEventListener("click", async () => {
    const showing = pane.hidden;
    if (showing) {
      const body = new FormData(area.form);
      const answer = await fetch(desk.dataset.previewUrl, { method: "POST", body }).catch(() => null);
      if (!answer?.ok) return;
      // The server's own sanitised HTML, the same that a reader gets.
      pane.innerHTML = await answer.text();
    }
    pane.hidden = !showing;
    area.hidden = showing;
    toggle.setAttribute("aria-pressed", String(showing));
  });
  bar.append(toggle);
  desk.append(pane);
}

export function enhance(area) {
  const desk = area.closest("[data-editor]");
  const status = desk.parentElement.querySelector("[data-editor-status]");
  const bar = toolbar(area);
  if (desk.dataset.previewUrl) preview(desk, area, bar);
  [...bar.querySelectorAll("button")].forEach((each, index) => (each.tabIndex = index ? -1 : 0));
  desk.prepend(bar);

  area.addEventListener("keydown", (event) => {
    if (!(mac ? event.metaKey : event.ctrlKey) || event.altKey || event.shiftKey) return;
    const tool = tools.find((each) => each.key === event.key.toLowerCase());
    if (event.key === "Enter") area.form.requestSubmit();
    else if (tool) tool.run(area);
    else return;
    event.preventDefault();
  });

  if (desk.dataset.suggestUrl) complete(area, desk.dataset.suggestUrl);
  if (desk.dataset.draftKey) keepDraft(area, desk.dataset.draftKey, status);
}
