// Adds a toolbar, keyboard shortcuts, preview and completion to a Markdown textarea.

import { complete } from "./completion.js";
import { modes } from "./modes.js";

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

// In the order of their names in `data-tools`.
const tools = [
  { face: "B", look: "is-bold", key: "b", run: (area) => wrap(area, "**") },
  { face: "I", look: "is-italic", key: "i", run: (area) => wrap(area, "*") },
  { key: "k", run: (area) => wrap(area, "[", "](https://)") },
  { face: "[[ ]]", run: (area) => wrap(area, "[[", "]]") },
  { face: "H", run: (area) => prefix(area, "## ") },
  { mark: "• ", run: (area) => prefix(area, "- ") },
  { face: "“ ”", run: (area) => prefix(area, "> ") },
  { face: "‹ ›", key: "e", run: (area) => wrap(area, "`") },
];

const button = (label, face) => Object.assign(document.createElement("button"), { type: "button", textContent: face, title: label, ariaLabel: label });

export function only(bar, stop) {
  bar.querySelectorAll("button").forEach((each) => (each.tabIndex = each === stop ? 0 : -1));
}

function toolbar(area, words) {
  const bar = document.createElement("div");
  bar.className = "editor-bar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", words.formatting);
  bar.setAttribute("aria-controls", area.id);
  const names = words.tools.split("|");
  tools.forEach((tool, index) => {
    const name = names[index];
    const label = tool.key ? `${name} (${mac ? "⌘" : "Ctrl+"}${tool.key.toUpperCase()})` : name;
    const element = button(label, tool.face ?? (tool.mark ?? "") + name);
    if (tool.look) element.className = tool.look;
    element.addEventListener("click", () => tool.run(area));
    bar.append(element);
  });
  // One stop for the Tab key; the arrows move inside, as the ARIA toolbar pattern asks.
  bar.addEventListener("keydown", (event) => {
    const buttons = [...bar.querySelectorAll("button:enabled:not([hidden])")];
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = buttons[(to + buttons.length) % buttons.length];
    only(bar, next);
    next.focus();
  });
  return bar;
}

function preview(desk, area, bar, status, surface) {
  const words = desk.dataset;
  const pane = document.createElement("div");
  pane.className = "editor-preview stack";
  pane.hidden = true;
  pane.setAttribute("role", "region");
  pane.setAttribute("aria-label", words.preview);
  const toggle = button(words.preview, words.preview);
  toggle.className = "is-end";
  toggle.dataset.previewToggle = "";
  toggle.setAttribute("aria-pressed", "false");

  function show(showing) {
    pane.hidden = !showing;
    surface().hidden = showing;
    toggle.setAttribute("aria-pressed", String(showing));
    for (const each of bar.querySelectorAll("button")) each.disabled = showing && each !== toggle;
    only(bar, showing ? toggle : bar.querySelector("button"));
  }

  toggle.addEventListener("click", async () => {
    if (!pane.hidden) return show(false);
    const body = new FormData(area.form);
    const answer = await fetch(words.previewUrl, { method: "POST", body }).catch(() => null);
    if (status) status.textContent = answer?.ok ? "" : answer?.status === 403 ? words.signedOut : words.previewFailed;
    if (!answer?.ok) return;
    // The server's own sanitised HTML, the same that a reader gets.
    pane.innerHTML = await answer.text();
    show(true);
  });
  desk.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || pane.hidden) return;
    show(false);
    surface().focus();
  });
  bar.append(toggle);
  desk.append(pane);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-hint]");
    if (!link) return;
    event.preventDefault();
    if (!pane.hidden) show(false);
    follow(area, surface(), link);
  });
}

// A hint beside the preview leads to its words.
function follow(area, surface, link) {
  const words = (link.querySelector("bdi")?.textContent ?? "").replace(/…$/, "");
  if (surface !== area) {
    const block = [...surface.querySelectorAll("h1, h2, h3, h4, h5, h6, p, li, img")].find((each) => words && each.textContent.includes(words));
    surface.focus();
    if (block) getSelection().collapse(block, 0);
    return (block ?? surface).scrollIntoView({ block: "center" });
  }
  const lines = area.value.split("\n");
  const line = Math.max(0, Number(link.dataset.hint) - 1);
  const start = lines.slice(0, line).join("\n").length + (line ? 1 : 0);
  const at = words ? area.value.indexOf(words, start) : -1;
  area.setSelectionRange(at < 0 ? start : at, at < 0 ? start + (lines[line]?.length ?? 0) : at + words.length);
  area.focus();
  area.scrollTop = (area.scrollHeight * line) / lines.length - area.clientHeight / 2;
  area.scrollIntoView({ block: "nearest" });
}

// Pictures and files that are chosen, pasted or dropped. What sends them is loaded with the first.
function takesFiles(desk, area, bar, visual) {
  let queue;
  const ask = async (name, ...values) => {
    queue ??= import("./uploads/queue.js").then(({ start }) => start({ desk, area, bar, visual }));
    (await queue)[name](...values);
  };
  // What an office program or a browser copies is words, beside which it may put a picture of them.
  const isWords = (data) => data.types.includes("text/plain") || /<(p|li|td|h\d)\b/i.test(data.getData("text/html"));
  const take = (event, data, isOther) => {
    if (!data.files.length || isOther) return;
    event.preventDefault();
    event.stopPropagation();
    ask("add", [...data.files], { event });
  };
  desk.addEventListener("paste", (event) => take(event, event.clipboardData, isWords(event.clipboardData)), true);
  desk.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
  desk.addEventListener("drop", (event) => take(event, event.dataTransfer), true);
  const plain = area.form.querySelector("[data-add-files]");
  if (!plain?.querySelector(".field-error")) plain?.remove();
  const input = Object.assign(document.createElement("input"), { type: "file", multiple: true });
  input.addEventListener("change", () => ask("add", [...input.files]).then(() => (input.value = "")));
  return { add: (...values) => ask("add", ...values), describe: (...values) => ask("describe", ...values), choose: () => input.click() };
}

export function enhance(area) {
  const desk = area.closest("[data-editor]");
  const status = area.form.querySelector("[data-told]");
  const bar = toolbar(area, desk.dataset);
  let visual = null;
  const files = desk.dataset.uploadUrl ? takesFiles(desk, area, bar, () => visual) : null;
  if (files) {
    const choose = button(desk.dataset.files, desk.dataset.files);
    choose.addEventListener("click", files.choose);
    bar.append(choose);
  }
  const own = [...bar.children];
  if (desk.dataset.previewUrl) preview(desk, area, bar, status, () => visual?.surface ?? area);
  only(bar, bar.querySelector("button"));
  desk.prepend(bar);
  const use = (opened) => {
    visual = opened;
    for (const each of visual ? own : [...bar.querySelectorAll("button:not([data-preview-toggle])")]) each.remove();
    bar.prepend(...(visual?.elements ?? own));
    only(bar, bar.querySelector("button"));
  };
  if (desk.dataset.treeUrl) modes({ desk, area, bar, use, files, modifier: mac ? "⌘" : "Ctrl+" });

  desk.addEventListener("keydown", (event) => {
    if (!(mac ? event.metaKey : event.ctrlKey) || event.altKey || event.shiftKey || event.defaultPrevented) return;
    const tool = event.target === area && tools.find((each) => each.key === event.key.toLowerCase());
    // It does not publish.
    const toggle = bar.querySelector("[data-preview-toggle]");
    if (event.key === "Enter") {
      // Where Escape leads back to the text from.
      toggle?.focus();
      toggle?.click();
    }
    else if (tool) tool.run(area);
    else return;
    event.preventDefault();
  });

  if (desk.dataset.suggestUrl) complete(area, desk.dataset.suggestUrl);
}
