// Tells the server the reader's time zone, so that it can write times as the reader knows them from the next page on.

const YEAR = 365 * 24 * 60 * 60;

export function tellTimeZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || readCookie("time_zone") === zone) return;
  const secure = location.protocol === "https:" ? "; secure" : "";
  for (const note of document.querySelectorAll("[data-zone-note]")) note.hidden = true;
  document.cookie = `time_zone=${zone}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
}

function readCookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}
