// Which original each child of an edited node was: the same node, an equal one, or the one in its place.

export function align(children, before) {
  const places = new Map(before.map((node, index) => [node, index]));
  const matches = children.map(() => -1);
  let last = -1;
  children.forEach((child, index) => {
    const place = places.get(child);
    if (place > last) matches[index] = last = place;
  });
  for (let index = 0; index < children.length; ) {
    if (matches[index] >= 0) {
      index += 1;
      continue;
    }
    let end = index;
    while (end < children.length && matches[end] < 0) end += 1;
    fill(children, before, matches, index, end);
    index = end;
  }
  return matches;
}

// Matches the children between two that kept their place.
function fill(children, before, matches, from, to) {
  const low = from ? matches[from - 1] + 1 : 0;
  const high = to < children.length ? matches[to] : before.length;
  let next = low;
  for (let index = from; index < to; index += 1) {
    const equal = before.slice(next, high).findIndex((node) => node.eq(children[index]));
    if (equal < 0) continue;
    matches[index] = next + equal;
    next = matches[index] + 1;
  }
  for (let index = from; index < to; index += 1) {
    if (matches[index] >= 0) continue;
    let end = index;
    while (end < to && matches[end] < 0) end += 1;
    pair(children, before, matches, index, end, index ? matches[index - 1] + 1 : 0, end < children.length ? matches[end] : before.length);
    index = end;
  }
}

function pair(children, before, matches, from, to, low, high) {
  const equalNumbers = high - low === to - from;
  for (let index = from, place = Math.max(low, 0); index < to && place < high; index += 1, place += 1) {
    if (equalNumbers || children[index].type === before[place].type) matches[index] = place;
  }
}
