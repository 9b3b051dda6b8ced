// Links to #t=seconds move the player of the page and start it; an address that ends in #t= does so on arrival.

function seconds(hash) {
  const match = /^#t=(?:(\d+):)?(?:(\d+):)?(\d+(?:\.\d+)?)$/.exec(hash);
  if (!match) return null;
  const [hours, minutes] = match[2] === undefined ? [0, match[1] ?? 0] : [match[1], match[2]];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(match[3]);
}

export function enhance(player) {
  const media = player.querySelector("audio, video");

  function seek(hash, play) {
    const moment = seconds(hash);
    if (moment === null) return false;
    media.currentTime = moment;
    if (play) media.play().catch(() => {});
    return true;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href*="#t="]');
    if (!link || link.pathname !== location.pathname) return;
    if (seek(link.hash, true)) {
      event.preventDefault();
      history.replaceState(null, "", link.hash);
    }
  });

  if (media.readyState > 0) seek(location.hash, false);
  else media.addEventListener("loadedmetadata", () => seek(location.hash, false), { once: true });
}
