// Writes an edited text block into its own source: what was not edited keeps its bytes.

import { cuts, placed, sameUnit, unitsOf } from "./place.js";
import { writeInline } from "./write_inline.js";

function common(before, after, from) {
  const at = (units, index) => units[from === "end" ? units.length - 1 - index : index];
  const longest = Math.min(before.length, after.length);
  let count = 0;
  while (count < longest && sameUnit(at(before, count), at(after, count))) count += 1;
  return count;
}

// A cut at or before unit `last` and one at or after unit `first` between which the same elements are open.
function cutPair(spans, last, first, start, fits) {
  const depths = new Set([...cuts(spans, last, start), ...cuts(spans, first, start)].map((place) => place.open.length));
  for (const depth of [...depths].sort((one, other) => other - one)) {
    for (let left = last; left >= 0; left -= 1) {
      const leftCut = cuts(spans, left, start).filter((place) => place.open.length === depth)[0];
      if (!leftCut) continue;
      const same = (place) => place.open.length === depth && place.open.every((element, index) => element === leftCut.open[index]) && place.at >= leftCut.at;
      for (let right = first; right <= spans.length; right += 1) {
        const rightCut = cuts(spans, right, start).filter(same).at(-1);
        if (rightCut && fits(left, right, leftCut.open)) return { left, right, leftCut, rightCut };
      }
      if (!depth) break;
    }
  }
  return null;
}

// Whether two neighbours are inside one mark that a cut between them would end and begin again.
const joins = (one, other, open) => Boolean(one && other) && one.marks.some((mark) => mark.isInSet(other.marks) && !open.some((element) => element.mark.eq(mark)));

// The source with the edit in it, or null if it must be written from the beginning.
export function splice(node, original, elements, place) {
  const before = unitsOf(original);
  const after = unitsOf(node);
  const spans = placed(elements, place);
  if (!spans || spans.length !== before.length) return null;
  const prefix = common(before, after, "start");
  const suffix = Math.min(common(before, after, "end"), before.length - prefix, after.length - prefix);
  const middle = (left, right) => after.slice(left, after.length - (before.length - right));
  const fits = (left, right, open) => {
    const units = middle(left, right);
    const line = [before[left - 1], ...units, before[right]];
    return units.every((unit) => open.every(({ mark }) => mark.isInSet(unit.marks))) && !joins(line[0], line[1], open) && !joins(line.at(-2), line.at(-1), open);
  };
  const pair = cutPair(spans, prefix, before.length - suffix, place.from, fits);
  if (!pair) return null;
  const { source } = place;
  const [start, end] = [pair.leftCut.at, pair.rightCut.at];
  const written = writeInline(middle(pair.left, pair.right), {
    before: source.slice(place.from, start).at(-1) ?? "",
    after: source[end] ?? "",
    inCell: place.inCell,
    open: pair.leftCut.open.map((element) => element.mark),
  });
  return { text: source.slice(0, start) + written + source.slice(end), isEmpty: !before.length };
}
