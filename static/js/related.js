// Puts the list of similar pages below its heading when the reader comes near the foot of a page.

export function enhance(section) {
  const link = section.querySelector("a");
  const near = new IntersectionObserver(
    async ([entry]) => {
      if (!entry.isIntersecting) return;
      near.disconnect();
      const answer = await fetch(`${link.pathname}?part=list`).catch(() => null);
      if (!answer?.ok || answer.redirected) return;
      const list = (await answer.text()).trim();
      if (!list) return section.remove();
      link.replaceWith(...link.childNodes);
      section.insertAdjacentHTML("beforeend", list);
    },
    { rootMargin: "600px" },
  );
  near.observe(section);
}
