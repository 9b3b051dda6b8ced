// Keeps a copy of unsaved text in this browser, and offers it again when a save never arrived.

const prefix = "commonplace-draft:";
const month = 30 * 24 * 60 * 60 * 1000;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(prefix + key));
  } catch {
    return null;
  }
}

export function keepDraft(area, key, status) {
  const asServed = area.value;
  const kept = read(key);
  let timer;

  if (kept && kept.text !== asServed && Date.now() - kept.at < month) {
    const offer = document.createElement("button");
    offer.type = "button";
    offer.className = "button-link";
    offer.textContent = `Bring back unsaved text from ${new Date(kept.at).toLocaleString()}`;
    offer.addEventListener("click", () => {
      area.value = kept.text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.focus();
      offer.remove();
    });
    status.append(offer);
  } else if (kept) {
    localStorage.removeItem(prefix + key);
  }

  // Kept until the next page shows that the text arrived (site.js): a session that ended or a server that failed loses nothing.
  area.form.addEventListener("submit", () => {
    clearTimeout(timer);
    keep(true);
    sessionStorage.setItem("commonplace-sent", prefix + key);
  });

  function keep(always) {
    try {
      if (area.value === asServed && !always) localStorage.removeItem(prefix + key);
      else localStorage.setItem(prefix + key, JSON.stringify({ text: area.value, at: Date.now() }));
      status.textContent = area.value === asServed ? "" : "Kept in this browser until you save";
    } catch {
      // The browser's storage is full or closed; the page itself still holds the text.
    }
  }

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => keep(false), 800);
  });
}
