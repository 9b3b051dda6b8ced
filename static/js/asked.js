// Tells once whether a page of results was left by following a result: the only way to know of a search that helped nobody.

export function enhance(list) {
  let followed = false;
  let goesOn = false;
  let told = false;
  const pressed = (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link) return;
    if (list.contains(link)) followed = true;
    else if (link.getAttribute("href").startsWith("?")) goesOn = true;
  };
  document.addEventListener("click", pressed);
  document.addEventListener("auxclick", pressed);
  addEventListener("pagehide", () => {
    if (told || (goesOn && !followed)) return;
    told = true;
    navigator.sendBeacon("/search/seen/", new URLSearchParams({ page: list.dataset.asked, followed: followed ? "1" : "" }));
  });
}
