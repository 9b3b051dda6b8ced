// A table or block of code that scrolls is a stop of the Tab key with a role and a name; one that fits is neither.
// Without this script each is one, so that none is out of reach.

const stop = { tabindex: "0", role: "region", "aria-label": "" };

function judge(box) {
  const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
  if (document.activeElement === box) return;
  for (const [name, value] of Object.entries({ ...stop, "aria-label": box.dataset.name })) {
    if (scrolls) box.setAttribute(name, value);
    else box.removeAttribute(name);
  }
}

const watch = new ResizeObserver((entries) => entries.forEach((entry) => judge(entry.target)));

export function enhance(box) {
  // Texts that were saved before boxes had names are called by their header cells or their first line.
  const cells = [...box.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
  box.dataset.name = box.getAttribute("aria-label") ?? (cells.join(", ") || box.textContent.trim().split("\n")[0]).slice(0, 80);
  judge(box);
  watch.observe(box);
}
