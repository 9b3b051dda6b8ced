// The lines of a block inside its containers, each without what the containers put before it.

export const isBlank = (line) => !/[^ \t]/.test(line);

export class Lines {
  // `cut` says how many characters each line has lost at its start; `at` is the number of the first line.
  constructor(text, at = 0, cut = text.map(() => 0)) {
    this.text = text;
    this.at = at;
    this.cut = cut;
  }

  get end() {
    return this.at + this.text.length;
  }

  line(number) {
    return this.text[number - this.at] ?? "";
  }

  slice(from, to) {
    return this.text.slice(from - this.at, to - this.at);
  }

  // The lines from `from` to `to`, each without the first `lost(line, number)` characters.
  inside(from, to, lost) {
    const text = this.slice(from, to);
    const cuts = text.map((line, index) => lost(line, from + index));
    return new Lines(text.map((line, index) => line.slice(cuts[index])), from, cuts.map((cut, index) => cut + this.cut[from - this.at + index]));
  }

  // Where a column, counted from 1 in characters of the whole line, is in this line, counted from 0 in UTF-16 units.
  offset(number, column) {
    const line = this.line(number);
    const at = column - 1 - this.cut[number - this.at];
    return /[\ud800-\udbff]/.test(line) ? [...line].slice(0, at).join("").length : at;
  }

  // The lines without blank ones at the end.
  trimmed(from, to) {
    let end = to;
    while (end > from && isBlank(this.line(end - 1))) end -= 1;
    return end;
  }
}

// Puts lines back into their container: those at both ends that are as they were get their old lines, the rest `frame(line, index)`.
export function reframed(written, inner, outer, frame) {
  const longest = Math.min(written.length, inner.length);
  let head = 0;
  while (head < longest && written[head] === inner[head]) head += 1;
  let tail = 0;
  while (tail < longest - head && written.at(-1 - tail) === inner.at(-1 - tail)) tail += 1;
  const last = written.length - tail;
  return written.map((line, index) => (index < head ? outer[index] : index >= last ? outer[outer.length - (written.length - index)] : frame(line, index)));
}
