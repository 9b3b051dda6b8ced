// Below a page: the form for a comment opens in its place, and a reaction is counted without loading the page again.

const parse = (text) => new DOMParser().parseFromString(text, "text/html");

async function open(link, talk) {
  const address = new URL(link.href);
  address.searchParams.set("part", "form");
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok || answer.redirected) return location.assign(link.href);
  const form = parse(await answer.text()).querySelector("form");
  if (!form) return location.assign(link.href);
  talk.querySelector(".talk-write [data-cancel]")?.click();
  const place = link.closest(".comment") ?? link.closest(".talk-end");
  place.after(form);
  form.querySelector("[data-cancel]").addEventListener("click", () => {
    form.remove();
    link.focus();
  });
  const [editor, draft] = await Promise.all([import("./editor.js"), import("./draft.js")]);
  form.querySelectorAll("[data-editor] textarea").forEach(editor.enhance);
  form.querySelectorAll("[data-keeps]").forEach(draft.enhance);
  const area = form.querySelector("textarea");
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
}

// The answer is the page itself, of which only the part with the button is taken.
async function react(button, talk) {
  const part = button.closest("[data-part]");
  const body = new FormData(talk.querySelector("#talk-form"), button);
  const answer = await fetch(button.formAction, { method: "POST", body }).catch(() => null);
  const fresh = answer?.ok ? parse(await answer.text()).querySelector(`[data-part="${part.dataset.part}"]`) : null;
  if (!fresh) return button.form.requestSubmit(button);
  part.replaceWith(fresh);
  (fresh.querySelector(`[value="${button.value}"]`) ?? fresh.querySelector("summary"))?.focus();
}

export function enhance(talk) {
  talk.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-inline]");
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (link && plain) {
      event.preventDefault();
      open(link, talk);
    }
    const sign = event.target.closest("button.sign[name=reaction]");
    if (sign && plain) {
      event.preventDefault();
      react(sign, talk);
    }
  });
}
