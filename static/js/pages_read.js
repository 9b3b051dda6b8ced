// The pages that were read in this browser, newest first: suggestions begin with them. kept.js forgets them with their reader.

const key = "commonplace-read";
const most = 200;
const read = () => (localStorage.getItem(key) ?? "").split("\n");

export function remember(address) {
  if (!address.startsWith("/spaces/") || address.includes("/-/")) return;
  localStorage.setItem(key, [address, ...read().filter((one) => one !== address)].slice(0, most).join("\n"));
}

// Within each group, those that were read before those that were not.
export function readFirst(hits) {
  const known = new Set(read());
  const groups = [...new Set(hits.map((hit) => hit.group))];
  return hits.sort((one, other) => groups.indexOf(one.group) - groups.indexOf(other.group) || known.has(other.url) - known.has(one.url));
}
