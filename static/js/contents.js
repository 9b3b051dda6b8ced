// Marks in the contents where the reader is, and puts a press on a line of folded contents to its place.

export function enhance(contents) {
  const links = [...contents.querySelectorAll("a[href^='#']")];
  const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  let waiting = false;
  let current;

  function mark() {
    waiting = false;
    // The last heading above the upper third, found in a few steps: a page can have a thousand.
    let low = 0;
    let high = headings.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((headings[middle]?.getBoundingClientRect().top ?? 0) < innerHeight / 3) low = middle;
      else high = middle;
    }
    if (scrollY && innerHeight + scrollY >= document.documentElement.scrollHeight - 2) low = links.length - 1;
    if (links[low] === current) return;
    current?.removeAttribute("aria-current");
    current = links[low];
    current.setAttribute("aria-current", "true");
    contents.scrollTop = current.offsetTop - contents.clientHeight / 2;
  }

  mark();
  addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(mark);
    waiting = true;
  }, { passive: true });
  contents.addEventListener("click", (event) => {
    if (event.target.closest("a") && contents.firstElementChild.checkVisibility()) contents.open = false;
  });
}
