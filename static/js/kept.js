// What this browser keeps of a form while the server cannot be reached, and how a draft is sent to the server.
// A copy belongs to one person and one form; it goes once the server has it, and when its person signs out.

const prefix = "commonplace-draft:";
const owner = "commonplace-person";
const pagesRead = "commonplace-read";
const address = "/drafts/-/save/?fragment";
const month = 30 * 24 * 60 * 60 * 1000;
export const me = document.body.dataset.person;

const all = () => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
const nameOf = (formKey) => `${prefix}${me}:${formKey}`;
export const isMine = () => Boolean(me) && localStorage.getItem(owner) === me;
export const drop = (formKey) => localStorage.removeItem(nameOf(formKey));

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

export function keep(formKey, body) {
  try {
    localStorage.setItem(nameOf(formKey), JSON.stringify({ at: Date.now(), body }));
    return true;
  } catch {
    return false;
  }
}

function forget() {
  all().forEach((key) => localStorage.removeItem(key));
  localStorage.removeItem(owner);
  localStorage.removeItem(pagesRead);
}

// After signing in again the page's own token is refused; the forms get the new one too, so that they can be sent.
async function renewToken() {
  const answer = await fetch(address).then((response) => response.json());
  if (!answer.token) throw answer;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = answer.token;
  return answer.token;
}

// The server's answer, or {state: "offline"}.
export async function send(body, token, again = true) {
  try {
    const headers = { "X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded" };
    const response = await fetch(address, { method: "POST", body, headers, keepalive: body.length < 60000, signal: AbortSignal.timeout(20000) });
    if (response.status === 403 && again) return send(body, await renewToken(), false);
    return await response.json();
  } catch (problem) {
    return problem.state ? problem : { state: "offline" };
  }
}

// Copies of forms that the server has not taken, on whichever page their person arrives next.
async function deliver(copies) {
  const arrived = [];
  let token;
  for (const [key, copy] of copies) {
    token ??= await renewToken().catch(() => null);
    if (!token) return;
    const answer = await send(copy.body, token);
    if (!answer.draft) continue;
    localStorage.removeItem(key);
    arrived.push({ path: new URLSearchParams(copy.body).get("draft_path"), draft: answer.draft.split(":")[0] });
  }
  if (arrived.length) document.dispatchEvent(new CustomEvent("drafts-arrived", { detail: arrived }));
}

// On every page: whose browser this is now, and which forms the server has taken.
export function arrive() {
  if (!me) return;
  for (const key of all()) {
    const copy = read(key);
    if (!key.startsWith(`${prefix}${me}:`) || !copy?.body || Date.now() - copy.at > month) localStorage.removeItem(key);
  }
  if (!isMine()) localStorage.removeItem(pagesRead);
  localStorage.setItem(owner, me);
  const taken = document.cookie.match(/(?:^|; )form-taken=([\w-]+)/)?.[1];
  if (taken) {
    drop(taken);
    sessionStorage.setItem(`commonplace-taken:${taken}`, "1");
    document.cookie = "form-taken=; Max-Age=0; Path=/; SameSite=Lax";
  }
  // A form that came back unsaved is on this page, and sees to itself.
  const copies = all().filter((key) => !document.querySelector(`[name=form_key][value="${key.slice(nameOf("").length)}"]`)).map((key) => [key, read(key)]);
  if (copies.length) deliver(copies);
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
