// Asks the server how it reads a text, and shows as source what it reads differently.

import { read } from "./read.js";
import { differences } from "./same.js";
import { origins, schema } from "./schema.js";
import { write } from "./write.js";

export function reader(area, address) {
  return async (text) => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", area.form.elements.csrfmiddlewaretoken.value);
    body.set("body", text);
    const answer = await fetch(address, { method: "POST", body }).catch(() => null);
    if (!answer?.ok || answer.redirected) return { failed: true };
    const { tree } = await answer.json();
    return tree ? { doc: read(text, tree) } : { unfit: true };
  };
}

// The lines of one block, as they would be saved.
function sourceOf(block) {
  const known = origins.get(block);
  if (known) return known.lines.slice(known.start, known.end).join("\n");
  return write(schema.nodes.doc.create(null, block), null).trimEnd();
}

// A transaction that shows these top blocks as source; nothing else of the text changes.
export function shownAsSource(state, blocks) {
  const { tr, doc } = state;
  const wanted = new Set(blocks);
  const places = [];
  doc.forEach((node, offset) => wanted.has(node) && places.push([node, offset]));
  for (const [node, offset] of places.reverse()) {
    const source = schema.nodes.source.create(null, schema.text(sourceOf(node)));
    const known = origins.get(node);
    if (known) origins.set(source, known);
    tr.replaceWith(offset, offset + node.nodeSize, source);
  }
  return tr.docChanged ? tr : null;
}

// The blocks that would not come back if they were written from the beginning.
export async function unsure(ask, doc) {
  const { doc: back } = await ask(write(doc, null));
  return back ? differences(doc, back) : [];
}

export { differences };
