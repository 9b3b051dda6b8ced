// Sends pictures and files one after the other while their writer writes on: a line for each, with progress, cancel and,
// once a picture is in the text, the question what it shows.

import { areaPort } from "./in_area.js";

const part = (tag, more) => Object.assign(document.createElement(tag), more);
const said = (text, name) => text.replace("{name}", name);

function sent(address, fields, progress) {
  const request = new XMLHttpRequest();
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const answer = new Promise((done) => {
    request.onload = () => done(request);
    request.onerror = request.onabort = () => done(null);
    request.upload.onprogress = ({ loaded, total }) => progress?.(total ? loaded / total : 0);
    request.open("POST", address);
    request.send(body);
  });
  return { answer, cancel: () => request.abort() };
}

// What the server stored, or why it did not.
function outcome(answer, words) {
  const isOurs = answer?.getResponseHeader("Content-Type")?.startsWith("application/json");
  if (isOurs && answer.status === 200) return { item: JSON.parse(answer.responseText) };
  if (isOurs && answer.status === 422) return { error: JSON.parse(answer.responseText).error };
  if (answer?.status === 413) return { error: words.tooLarge };
  return { error: answer && answer.status !== 500 ? words.signedOut : words.failed };
}

export function start({ desk, area, bar, visual }) {
  const words = JSON.parse(document.getElementById("editor-words").textContent).uploads;
  const ours = areaPort(area);
  const port = () => visual()?.port ?? ours;
  const list = part("ul", { className: "uploads", role: "list", hidden: true });
  const status = part("span", { className: "hidden-visually", role: "status" });
  const waiting = [];
  const address = desk.dataset.uploadUrl;
  const token = () => ({ csrfmiddlewaretoken: area.form.elements.csrfmiddlewaretoken.value });
  let current = null;
  bar.after(list, status);

  function close(row) {
    const hadFocus = row.contains(document.activeElement);
    row.remove();
    list.hidden = !list.children.length;
    if (!hadFocus) return;
    const next = list.querySelector("input, button");
    if (next) next.focus();
    else port().focus?.() ?? area.focus();
  }

  const button = (text, press, className = "button is-quiet is-small") => {
    const made = part("button", { type: "button", className, textContent: text });
    made.addEventListener("click", press);
    return made;
  };

  function tell(row, name, text) {
    row.className = "is-wrong";
    row.replaceChildren(part("span", { textContent: said(text, name), dir: "auto" }), button(words.close, () => close(row), "button-link"));
    status.textContent = said(text, name);
  }

  // With no words it is decoration.
  const describe = (number, alt) => sent(address.replace("upload", "describe"), { ...token(), picture: number, alt });

  function ask(row, name, { number }) {
    const field = part("input", { type: "text", maxLength: 255, dir: "auto", id: `describe-${number}`, autocomplete: "off" });
    const label = part("label", { htmlFor: field.id, textContent: said(words.describe, name) });
    const picture = part("img", { src: `/media/pictures/${number}/160/picture`, alt: "", width: 48, height: 48 });
    const answer = (alt) => {
      if (alt) port().describe(number, alt);
      describe(number, alt);
    };
    const take = () => field.value.trim() && answer(field.value.trim());
    const finish = () => {
      take();
      close(row);
    };
    field.addEventListener("change", take);
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      finish();
    });
    const decoration = () => {
      answer("");
      close(row);
    };
    row.replaceChildren(picture, label, field, button(words.addDescription, finish), button(words.decoration, decoration));
  }

  async function next() {
    if (current || !waiting.length) return;
    current = waiting.shift();
    const { file, row, bar: progress, ticket } = current;
    const { answer, cancel } = sent(address, { ...token(), file }, (share) => (progress.value = share));
    current.cancel = cancel;
    const got = await answer;
    const { item, error } = current.cancelled ? {} : outcome(got, words);
    current = null;
    ticket.port.end(ticket.place, item ?? null);
    if (item) {
      status.textContent = said(words.added, file.name);
      if (item.kind === "picture") ask(row, file.name, item);
      else close(row);
    } else if (error) tell(row, file.name, error);
    next();
  }

  function add(files, { event, place } = {}) {
    for (const file of files) {
      const row = part("li", {});
      list.append(row);
      list.hidden = false;
      if (file.size > Number(desk.dataset.mostBytes)) {
        if (place) port().end(place, null);
        tell(row, file.name, words.tooLarge);
        continue;
      }
      const progress = part("progress", { max: 1, value: 0, ariaLabel: said(words.uploading, file.name) });
      const own = port();
      const each = { file, row, bar: progress, ticket: { port: own, place: place ?? own.begin(file, event) } };
      const cancel = button(words.cancel, () => {
        each.cancelled = true;
        if (each === current) each.cancel();
        else {
          waiting.splice(waiting.indexOf(each), 1);
          own.end(each.ticket.place, null);
        }
        status.textContent = said(words.cancelled, file.name);
        close(row);
      });
      cancel.ariaLabel = `${words.cancel}: ${file.name}`;
      row.append(part("bdi", { textContent: file.name }), progress, cancel);
      waiting.push(each);
    }
    if (files.length === 1) status.textContent = said(words.uploading, files[0].name);
    else if (files.length) status.textContent = words.uploadingMany.replace("{number}", files.length);
    next();
  }

  const isBusy = () => Boolean(current || waiting.length);
  area.form.addEventListener(
    "submit",
    (event) => {
      if (!isBusy()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      status.className = "uploads-told";
      status.textContent = words.wait;
    },
    true,
  );
  window.addEventListener("beforeunload", (event) => isBusy() && event.preventDefault());
  return { add, describe };
}
