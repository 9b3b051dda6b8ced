// Saves a form with `components/keeps.html` on the server, a few seconds after each pause, until the form itself is sent.

import { drop, isMine, keep, me, send } from "./kept.js";

const pause = 2000;
const longest = 10000;
const retry = 15000;

const isKept = (input) => input.name && !["file", "submit", "button", "password"].includes(input.type) && !["csrfmiddlewaretoken", "form_key", "draft"].includes(input.name);
const plain = (text) => text.replace(/\r\n?/g, "\n");

function typed(form) {
  const fields = new URLSearchParams();
  for (const input of form.elements) {
    if (!isKept(input) || input.disabled) continue;
    if (["checkbox", "radio"].includes(input.type)) input.checked && fields.append(input.name, input.value);
    else fields.append(input.name, plain(input.value));
  }
  return fields.toString();
}

// Whether it is not as the server sent it: the browser puts text back when a page is loaded again.
function isTouched(input) {
  if (!isKept(input) || input.type === "hidden") return false;
  if (["checkbox", "radio"].includes(input.type)) return input.checked !== input.defaultChecked;
  if (input.options) return [...input.options].some((option) => option.selected && !option.defaultSelected) && [...input.options].some((option) => option.defaultSelected);
  return plain(input.value) !== plain(input.defaultValue);
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function enhance(status) {
  const { form, words } = { form: status.closest("form"), words: status.dataset };
  const { form_key: keyField, draft: stamp } = form.elements;
  if (!me || !keyField || !stamp) return;

  const tab = hex(crypto.getRandomValues(new Uint8Array(16)));
  let saved = "unsaved" in words || [...form.elements].some(isTouched) ? null : typed(form);
  let turn = 0;
  let savedAt = 0;
  let since = 0;
  let timer;
  let busy = null;
  let sending = false;

  // Beside the buttons: how long ago, which changes every few seconds and is not read out, and what has to be told.
  const told = form.querySelector("[data-told]");
  form.querySelector(".actions")?.append(told, status);

  const isDirty = () => typed(form) !== saved;
  const ago = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });

  function tick() {
    if (!savedAt || told.textContent) return;
    const seconds = Math.round((Date.now() - savedAt) / 10000) * 10;
    const since = seconds < 60 ? ago.format(-seconds, "second") : seconds < 5400 ? ago.format(-Math.round(seconds / 60), "minute") : ago.format(-Math.round(seconds / 3600), "hour");
    status.textContent = words.saved.replace("%s", since);
  }
  setInterval(tick, 5000);

  function tell(text, address, link) {
    const parts = [text];
    if (address) parts.push(" ", Object.assign(document.createElement("a"), { href: address, textContent: link, target: "_blank", rel: "noopener" }));
    if (told.dataset.text === text) return;
    told.dataset.text = text;
    told.replaceChildren(...(text ? parts : []));
    if (text) status.textContent = "";
    else tick();
  }

  function body() {
    const fields = new URLSearchParams(typed(form));
    const about = { draft: stamp.value, form_key: keyField.value, draft_person: me, draft_tab: tab, draft_turn: ++turn };
    const place = { draft_path: words.path || location.pathname, draft_page: words.page, draft_heading: document.querySelector("h1")?.textContent.trim() ?? "" };
    for (const [name, value] of Object.entries({ ...about, ...place })) fields.set(name, value);
    return fields.toString();
  }

  function take(answer, text) {
    saved = text;
    savedAt = Date.now();
    since = 0;
    drop(keyField.value);
    const isFirst = !stamp.value;
    stamp.value = answer.draft;
    if (!words.path) {
      const address = new URL(location.href);
      address.search = `?draft=${answer.draft.split(":")[0]}`;
      // Loading the page again, and Back, lead to this draft.
      history.replaceState(history.state, "", address);
    }
    if (answer.state === "apart") return tell(words.apart, "/drafts/", words.drafts);
    const wasWrong = told.dataset.text && told.dataset.text !== words.apart;
    if (!isFirst && !wasWrong) return tick();
    // Read out once, not at each save.
    tell(words.now);
    setTimeout(() => told.dataset.text === words.now && tell(""), 8000);
  }

  function refused(state, sent) {
    if (state === "full") tell(words.full, "/drafts/", words.drafts);
    else if (state === "signed_out") tell(words.signedOut, "/sign-in/", words.signIn);
    else tell(words.offline);
    if (!keep(keyField.value, sent)) tell(words.notKept);
    clearTimeout(timer);
    if (state !== "full") timer = setTimeout(save, retry);
  }

  async function save() {
    clearTimeout(timer);
    while (busy) await busy;
    if (!isMine() || sending || !isDirty()) return;
    const text = typed(form);
    const sent = body();
    busy = send(sent, form.elements.csrfmiddlewaretoken.value).then((answer) => {
      busy = null;
      if (answer.draft) take(answer, text);
      else refused(answer.state, sent);
    });
    await busy;
    if (savedAt && isDirty()) soon();
  }

  function soon() {
    since ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(0, Math.min(pause, since + longest - Date.now())));
  }

  // A page that goes may not live to see the answer: this browser keeps what the server may not have.
  function leave() {
    if (sending || !isMine() || !isDirty()) return;
    const sent = body();
    keep(keyField.value, sent);
    const text = typed(form);
    send(sent, form.elements.csrfmiddlewaretoken.value).then((answer) => answer.draft && take(answer, text));
  }

  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("keydown", async (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    if (!isDirty()) return tell(words.same);
    tell("");
    await save();
    if (!isDirty()) tell(words.now);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (busy && !event.defaultPrevented) {
      // A save that arrived after the form would bring back its draft.
      event.preventDefault();
      const { submitter } = event;
      Promise.race([busy, new Promise((done) => setTimeout(done, 4000))]).then(() => {
        busy = null;
        form.requestSubmit(submitter);
      });
      return;
    }
    // If it does not arrive.
    if (isMine() && isDirty()) keep(keyField.value, body());
    sending = true;
  });
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : isDirty() && savedAt && save()));
  window.addEventListener("focus", () => told.dataset.text && isDirty() && save());
  window.addEventListener("online", () => isDirty() && save());
  window.addEventListener("pageshow", (event) => {
    sending = false;
    if (!event.persisted || !sessionStorage.getItem(`commonplace-taken:${keyField.value}`)) return;
    // The server has it: coming back to the form is no reason to ask.
    saved = typed(form);
    stamp.value = "";
  });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && isMine() && isDirty()) event.preventDefault();
  });
  document.addEventListener("drafts-arrived", ({ detail }) => {
    const mine = detail.find(({ path, draft }) => path === location.pathname && !stamp.value.startsWith(draft));
    if (mine) tell(words.arrived, `?draft=${mine.draft}`, words.continue);
  });
  // What the browser has put back, and what came back unsaved, is saved as if it had been typed just now.
  if (saved === null) soon();
}
