// Says now and then that this page is open to be edited, and shows who else has it open (desk/presence.py).

const every = 20000;

export function enhance(line) {
  const { form, dataset } = { form: line.closest("form"), dataset: line.dataset };
  const body = (more) => new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, page: dataset.present, ...more });
  let gone = false;

  async function ping() {
    if (document.hidden || gone) return;
    const answer = await fetch("/drafts/-/present/", { method: "POST", body: body() }).catch(() => null);
    if (!answer?.ok || answer.redirected || gone) return;
    const { words } = await answer.json();
    if (line.textContent !== words) line.textContent = words;
  }

  setInterval(ping, every);
  addEventListener("pageshow", (event) => {
    gone = false;
    if (event.persisted) ping();
  });
  addEventListener("pagehide", () => {
    gone = true;
    navigator.sendBeacon("/drafts/-/present/", body({ left: "1" }));
  });
}
