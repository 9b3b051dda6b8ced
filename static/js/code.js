// A button that copies a block of code. A page without a secure connection cannot write to the clipboard and has none.

export function enhance(block) {
  if (!navigator.clipboard) return;
  const words = block.closest("[data-copy]").dataset;
  const box = document.createElement("div");
  const button = document.createElement("button");
  box.className = "code";
  button.className = "button is-quiet is-small no-print";
  button.textContent = words.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.textContent);
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = words.copy; }, 2000);
  });
  block.replaceWith(box);
  box.append(block, button);
}
