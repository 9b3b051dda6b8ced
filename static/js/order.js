// The order of pages by drag; the buttons beside each do the same, and work without this script.

export function enhance(list) {
  const { form } = list.querySelector("button");
  let dragged;
  for (const item of list.children) item.draggable = true;
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over) return;
    event.preventDefault();
    if (over === dragged) return;
    const { top, height } = over.getBoundingClientRect();
    over[event.clientY < top + height / 2 ? "before" : "after"](dragged);
  });
  list.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const row = Object.assign(document.createElement("input"), { type: "hidden", name: "row" });
    row.value = [...list.children].map((item) => item.id.replace("page-", "")).join(",");
    form.append(row);
    form.submit();
  });
  list.addEventListener("dragend", () => (dragged = null));
}
