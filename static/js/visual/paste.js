// Cleans what is pasted from Word, Google Docs and web pages into HTML that means what it looked like.

const listMark = /mso-list:\s*(l\d+)\s+level(\d+)/;
const numbered = /^\(?(?:\d+|[a-z]|[ivx]+)[.)]/i;

const unwrap = (element) => element.replaceWith(...element.childNodes);

// What is pasted may be made to hold the browser: nothing here costs more than its length, and nothing is made by a number alone.
const longestStyle = 2000;
const wordLevels = 9;
// As many as the server shows as a table.
const mostColumns = 100;
const mostCells = 20000;

// The policy of the page forbids style and event attributes, also in a document that is never shown: they are parsed under another name.
const styleOf = (element) => (element.dataset.style ?? "").slice(0, longestStyle);

// A regular expression would read on to the end at each beginning that has no end.
function without(html, begin, end) {
  const kept = [];
  let from = 0;
  const lower = html.toLowerCase();
  for (let at = lower.indexOf(begin); at >= 0; at = lower.indexOf(begin, from)) {
    const close = lower.indexOf(end, at);
    if (close < 0) break;
    kept.push(html.slice(from, at));
    from = close + end.length;
  }
  kept.push(html.slice(from));
  return kept.join("");
}

const looks = [
  [/font-weight:\s*(?:bold|bolder|[6-9]\d\d)/i, "strong"],
  [/font-style:\s*italic/i, "em"],
  [/text-decoration[^;]*line-through/i, "del"],
];

function looksToMarks(body) {
  for (const element of body.querySelectorAll("b[data-style]")) if (/font-weight:\s*(?:normal|400)/i.test(styleOf(element))) unwrap(element);
  for (const element of body.querySelectorAll("span[data-style]")) {
    for (const [look, tag] of looks) {
      if (!look.test(styleOf(element)) || element.closest("h1, h2, h3, h4, h5, h6, th")) continue;
      const mark = body.ownerDocument.createElement(tag);
      mark.append(...element.childNodes);
      element.append(mark);
    }
  }
  for (const cell of body.querySelectorAll(":is(td, th)[data-style]")) {
    const side = /text-align:\s*(left|center|right)/i.exec(styleOf(cell))?.[1];
    if (side) cell.setAttribute("align", side.toLowerCase());
  }
}

// Word has no lists on the clipboard, only paragraphs that say which list and level they belong to.
function wordLists(body) {
  const page = body.ownerDocument;
  let open = [];
  for (const block of [...body.querySelectorAll("p, h1, h2, h3, h4, h5, h6, table, ul, ol")]) {
    const found = listMark.exec(styleOf(block));
    if (!found || block.closest("table")) {
      if (!block.closest("table") || block.matches("table")) open = [];
      continue;
    }
    const mark = [...block.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(styleOf(span)));
    const tag = numbered.test(mark?.textContent.trim() ?? "") ? "ol" : "ul";
    mark?.remove();
    const level = Math.min(Number(found[2]), wordLevels);
    while (open.length > level || (open.length === level && open[level - 1].name !== found[1])) open.pop();
    while (open.length < level) {
      const list = page.createElement(tag);
      const outer = open.at(-1)?.list;
      if (outer) (outer.lastElementChild ?? outer.appendChild(page.createElement("li"))).append(list);
      else block.before(list);
      open.push({ list, name: found[1] });
    }
    const item = page.createElement("li");
    item.append(...block.childNodes);
    open.at(-1).list.append(item);
    block.remove();
  }
}

function tables(body) {
  const page = body.ownerDocument;
  let left = mostCells;
  for (const cell of body.querySelectorAll("td, th")) {
    const lines = [...cell.querySelectorAll(":scope > p, :scope > div")];
    lines.forEach((line, index) => {
      if (index < lines.length - 1) line.append(page.createElement("br"));
      unwrap(line);
    });
    cell.querySelectorAll("ul, ol, li, pre, blockquote, h1, h2, h3, h4, h5, h6").forEach(unwrap);
    // Markdown has no joined cells.
    for (let more = Math.min(cell.colSpan, mostColumns); more > 1 && left > 0; more -= 1, left -= 1) cell.after(page.createElement("td"));
    cell.removeAttribute("colspan");
    cell.removeAttribute("rowspan");
  }
  for (const table of body.querySelectorAll("table")) {
    table.querySelectorAll("colgroup, caption").forEach((part) => part.remove());
    const rows = [...table.rows];
    const widest = rows.reduce((most, row) => Math.max(most, row.cells.length), 0);
    for (const row of rows) for (let short = widest - row.cells.length; short > 0 && left > 0; short -= 1, left -= 1) row.append(page.createElement("td"));
    // The first row becomes the header, which is bold anyway.
    table.rows[0]?.querySelectorAll("b, strong").forEach(unwrap);
  }
}

function decoded(address) {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

function addresses(body) {
  for (const link of body.querySelectorAll("a[href]")) {
    const address = /^https:\/\/www\.google\.com\/url\?q=([^&]+)/.exec(link.getAttribute("href"))?.[1];
    if (address) link.setAttribute("href", decoded(address));
    if (/^(file|javascript|data|vbscript):/i.test(link.getAttribute("href").trim())) unwrap(link);
  }
}

const inside = /^data:image\/(png|jpeg|gif|webp|avif);base64,([a-z\d+/=\s]+)$/i;

function fileOf(address) {
  const [, type, encoded] = inside.exec(address) ?? [];
  try {
    return type ? new File([Uint8Array.from(atob(encoded), (sign) => sign.codePointAt(0))], `picture.${type.toLowerCase()}`, { type: `image/${type}` }) : null;
  } catch {
    return null;
  }
}

// Word and LibreOffice name files on somebody's disk, which no page can read, and put the same pictures into the text as RTF.
const group = /\{[^{}]*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}[^{}]*)*\}/g;

function picturesOfRtf(rtf) {
  return rtf.split("{\\pict").slice(1).flatMap((part) => {
    const type = /\\(png|jpeg)blip/.exec(part.slice(0, 2000))?.[1];
    const bytes = (part.slice(0, 4000).replace(group, " ") + part.slice(4000)).split("}")[0].replace(/\\[a-z]+-?\d* ?|\s/gi, "");
    return type && /^(?:[\da-f]{2})+$/i.test(bytes) ? [new File([Uint8Array.from(bytes.match(/../g), (byte) => parseInt(byte, 16))], `picture.${type}`, { type: `image/${type}` })] : [];
  });
}

// A picture inside the text is sent like a file. One on another site stays a link; of one on somebody's disk only the words remain.
function pictures(body, { hold, tell, rtf }) {
  let lost = 0;
  const all = [...body.querySelectorAll("img")];
  const onDisk = all.filter((picture) => /^file:/i.test(picture.getAttribute("src") ?? ""));
  const known = onDisk.length ? picturesOfRtf(rtf) : [];
  const beside = new Map(known.length === onDisk.length ? onDisk.map((picture, index) => [picture, known[index]]) : []);
  for (const picture of all) {
    const address = picture.getAttribute("src") ?? "";
    const file = fileOf(address) ?? beside.get(picture);
    if (file) picture.src = hold(file);
    else if (!/^https?:/i.test(address)) {
      picture.replaceWith(picture.alt);
      lost += 1;
    }
  }
  if (lost) tell(lost);
}

function whitespace(body) {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { currentNode: text } = walker;
    if (!text.parentElement.closest("pre")) text.data = text.data.replace(/\s+/g, (run) => (run.includes("\n") ? " " : run));
  }
  for (const block of body.querySelectorAll("p")) if (!block.textContent.trim() && !block.querySelector("img")) block.remove();
  for (const line of body.querySelectorAll("body > br, b > br:only-child")) line.remove();
}

const active = "script, style, meta, link, base, title, nav, button, input, svg, math, iframe, object, embed, template, noscript";

// `context`: `hold` takes the file of a picture and returns its address in the text; `tell` takes the number of lost ones; `rtf` is what was copied beside.
export function clean(html, context) {
  const known = without(without(html, "<style", "</style>"), "<o:p>", "</o:p>")
    .replace(/<!\[(?:if|endif)[^<>]*\]>/g, "")
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/\s(style|on[a-z]+)\s*=/gi, " data-$1="));
  const { body } = new DOMParser().parseFromString(known, "text/html");
  body.querySelectorAll(active).forEach((part) => part.remove());
  for (const element of body.querySelectorAll("*")) for (const name of element.getAttributeNames()) if (name.startsWith("on")) element.removeAttribute(name);
  // Copied in this editor, or made to look so.
  if (body.querySelector("[data-pm-slice]")) return body.innerHTML;
  body.querySelectorAll('b[id^="docs-internal-guid"]').forEach(unwrap);
  looksToMarks(body);
  wordLists(body);
  // Google Docs and Word hang a list beside the item that it belongs to.
  for (const list of body.querySelectorAll(":is(ul, ol) > :is(ul, ol)")) list.previousElementSibling?.append(list);
  tables(body);
  addresses(body);
  pictures(body, context);
  whitespace(body);
  return body.innerHTML;
}
