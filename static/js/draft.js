// Keeps every field of a form with `components/keeps.html` in this browser until the server has taken it.
// A copy belongs to one person and one form: two tabs keep two, and the next person at this browser finds none.

const prefix = "commonplace-draft:";
const owner = "commonplace-person";
const month = 30 * 24 * 60 * 60 * 1000;
const offered = 3;
const me = document.body.dataset.person;

const all = () => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
const nameOf = (formKey) => `${prefix}${me}:${formKey}`;
const isMine = () => Boolean(me) && localStorage.getItem(owner) === me;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function forget() {
  all().forEach((key) => localStorage.removeItem(key));
  localStorage.removeItem(owner);
}

// On every page: whose browser this is now, and which forms the server has taken.
export function arrive() {
  if (!me) return;
  for (const key of all()) {
    const copy = read(key);
    if (!key.startsWith(`${prefix}${me}:`) || !copy?.fields || Date.now() - copy.at > month) localStorage.removeItem(key);
  }
  localStorage.setItem(owner, me);
  const taken = document.cookie.match(/(?:^|; )form-taken=([\w-]+)/)?.[1];
  if (taken) {
    localStorage.removeItem(nameOf(taken));
    sessionStorage.setItem(`commonplace-taken:${taken}`, "1");
    document.cookie = "form-taken=; Max-Age=0; Path=/; SameSite=Lax";
  }
  for (const form of document.querySelectorAll("form[action='/sign-out/']")) form.addEventListener("submit", forget);
  // Signed out, or somebody else signed in, in another tab: what stands here is not for whoever sits here next.
  window.addEventListener("storage", (event) => {
    if ((event.key !== owner && event.key !== null) || isMine()) return;
    document.body.hidden = true;
    // The other tab has still to tell the server.
    setTimeout(() => location.replace("/"), 1500);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && !isMine()) location.reload();
  });
}

// -- one form

const isKept = (input) => input.name && !["file", "submit", "button", "password"].includes(input.type) && input.name !== "csrfmiddlewaretoken";
const isTyped = (input) => input.type !== "hidden";
const plain = (text) => text.replace(/\r\n?/g, "\n");

function snapshot(form, value, only = isKept) {
  const fields = {};
  for (const input of form.elements) {
    if (!isKept(input) || !only(input)) continue;
    const known = value(input);
    if (known !== undefined) fields[input.name] = known;
  }
  return fields;
}

function now(input) {
  if (input.type === "checkbox") return input.checked;
  if (input.type === "radio") return input.checked ? input.value : undefined;
  return plain(input.value);
}

// What the server sent, whatever the browser has put in its place when the page came back.
function served(input) {
  if (input.type === "checkbox") return input.defaultChecked;
  if (input.type === "radio") return input.defaultChecked ? input.value : undefined;
  if (input.options) return [...input.options].find((option) => option.defaultSelected)?.value ?? input.options[0]?.value ?? "";
  return plain(input.defaultValue);
}

function put(form, fields) {
  for (const input of form.elements) {
    if (!isKept(input) || !(input.name in fields)) continue;
    if (input.type === "checkbox") input.checked = fields[input.name];
    else if (input.type === "radio") input.checked = input.value === fields[input.name];
    else input.value = fields[input.name];
  }
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export function enhance(status) {
  const { form, dataset: words } = status;
  const path = location.pathname;
  const formKey = () => form.elements.form_key?.value;
  if (!me || !formKey()) return;
  const typed = () => snapshot(form, now, isTyped);
  let saved = snapshot(form, served, isTyped);
  let waits = "unsaved" in words;
  let sending = false;
  let timer;

  const isDirty = () => waits || !same(typed(), saved);

  function keep() {
    clearTimeout(timer);
    if (!isMine()) return;
    const key = nameOf(formKey());
    if (!isDirty()) {
      localStorage.removeItem(key);
      status.textContent = "";
      return;
    }
    const copy = JSON.stringify({ at: Date.now(), path, fields: snapshot(form, now) });
    // The oldest copies make room where the browser's storage is full; the page itself still holds the text.
    const older = all().filter((other) => other !== key).sort((one, other) => (read(one)?.at ?? 0) - (read(other)?.at ?? 0));
    for (;;) {
      try {
        localStorage.setItem(key, copy);
        status.textContent = words.kept;
        return;
      } catch {
        if (!older.length) break;
        localStorage.removeItem(older.shift());
      }
    }
    status.textContent = words.notKept;
  }

  function offer(key, copy) {
    const line = document.createElement("div");
    const button = (textContent) => Object.assign(document.createElement("button"), { type: "button", className: "button-link", textContent });
    const bring = button(words.bringBack.replace("%s", new Date(copy.at).toLocaleString(document.documentElement.lang.replace(/^en$/, "en-GB"), { dateStyle: "long", timeStyle: "short" })));
    const drop = button(words.throwAway);
    bring.addEventListener("click", () => {
      // What stands here now is kept under its own key, so that neither text is lost.
      keep();
      put(form, copy.fields);
      waits = true;
      keep();
      form.querySelector("textarea").focus();
      line.remove();
    });
    drop.addEventListener("click", () => {
      localStorage.removeItem(key);
      line.remove();
    });
    line.append(bring, " ", drop);
    status.after(line);
  }

  const others = all()
    .map((key) => [key, read(key)])
    .filter(([key, copy]) => key !== nameOf(formKey()) && copy?.path === path)
    .filter(([, copy]) => Object.entries(typed()).some(([name, value]) => name in copy.fields && copy.fields[name] !== value))
    .sort(([, one], [, other]) => one.at - other.at)
    .slice(-offered);
  for (const [key, copy] of others) offer(key, copy);
  // What the browser has put back, and what came back unsaved, is kept as if it had been typed just now.
  if (isDirty()) keep();

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 500);
  });
  form.addEventListener("change", keep);
  form.addEventListener("submit", () => {
    keep();
    sending = true;
  });
  window.addEventListener("pagehide", () => isDirty() && keep());
  document.addEventListener("visibilitychange", () => document.hidden && isDirty() && keep());
  window.addEventListener("pageshow", () => {
    sending = false;
    if (!sessionStorage.getItem(`commonplace-taken:${formKey()}`)) return;
    // The server has it: coming back to the form is no reason to ask.
    saved = typed();
    waits = false;
    keep();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && isMine() && isDirty()) event.preventDefault();
  });
}
