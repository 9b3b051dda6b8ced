// Branches of the tree beside a wiki page open and close where they stand; without this script their links open them.

function toggle(item, link, button) {
  const list = item.querySelector(":scope > ul");
  if (!list) return fill(item, link, button);
  list.hidden = !list.hidden;
  button.setAttribute("aria-expanded", String(!list.hidden));
}

async function fill(item, link, button) {
  const answer = await fetch(`${link.pathname}-/below/`).catch(() => null);
  if (!answer?.ok || answer.redirected) return location.assign(link.href);
  item.insertAdjacentHTML("beforeend", await answer.text());
  item.classList.remove("is-branch");
  button.setAttribute("aria-expanded", "true");
  equip(item);
}

function equip(place) {
  const words = place.closest("[data-words]").dataset.words;
  for (const item of place.querySelectorAll("li")) {
    const list = item.querySelector(":scope > ul");
    const link = item.querySelector(":scope > a");
    if (item.querySelector(":scope > button") || !(list || item.classList.contains("is-branch"))) continue;
    const button = document.createElement("button");
    button.setAttribute("aria-expanded", String(Boolean(list)));
    button.setAttribute("aria-label", `${words}: ${link.textContent}`);
    button.addEventListener("click", () => toggle(item, link, button));
    item.prepend(button);
  }
}

const pathOf = (link) => link.pathname.replace(/^\/spaces\/[^/]+\/wiki\/|\/$/g, "");

// A page dropped on another goes below it: the form to move it opens, filled in. "Move" in the menu of the page is its twin.
function movable(nav) {
  let dragged;
  const target = (event) => {
    const link = event.target.closest?.("a");
    // Not below itself, and not where it is.
    return dragged && link && !link.pathname.startsWith(dragged.pathname) ? link : null;
  };
  nav.addEventListener("dragstart", (event) => {
    const link = event.target.closest?.("a");
    dragged = link && pathOf(link) ? link : null;
  });
  nav.addEventListener("dragover", (event) => {
    nav.querySelector(".is-over")?.classList.remove("is-over");
    const link = target(event);
    if (!link) return;
    event.preventDefault();
    link.classList.add("is-over");
  });
  nav.addEventListener("drop", (event) => {
    const link = target(event);
    if (!link) return;
    event.preventDefault();
    location.assign(`${dragged.pathname}-/move/?parent=${encodeURIComponent(pathOf(link))}`);
  });
  nav.addEventListener("dragend", () => {
    dragged = null;
    nav.querySelector(".is-over")?.classList.remove("is-over");
  });
}

export function enhance(tree) {
  equip(tree);
  if ("moves" in tree.dataset) movable(tree.querySelector("nav"));
  const nav = tree.querySelector("nav");
  const current = nav.querySelector("[aria-current]");
  // The page stays where it is; only the tree scrolls.
  if (current) nav.scrollTop = current.offsetTop - nav.clientHeight / 2;
}
