// Where a textarea's caret stands in the window: a twin with the same words ends there.

const look = ["font", "letterSpacing", "lineHeight", "padding", "tabSize", "direction", "textAlign", "overflowWrap"];

export function caretOf(area) {
  const twin = document.createElement("div");
  const style = getComputedStyle(area);
  for (const name of look) twin.style[name] = style[name];
  Object.assign(twin.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", inlineSize: `${area.clientWidth}px` });
  twin.textContent = area.value.slice(0, area.selectionStart);
  const end = document.createElement("span");
  end.textContent = "\u200b";
  twin.append(end);
  area.after(twin);
  const from = twin.getBoundingClientRect();
  const to = end.getBoundingClientRect();
  twin.remove();
  const frame = area.getBoundingClientRect();
  const top = Math.max(frame.top, Math.min(frame.top + to.top - from.top - area.scrollTop, frame.bottom - to.height));
  return { left: frame.left + to.left - from.left, top, bottom: top + to.height };
}
