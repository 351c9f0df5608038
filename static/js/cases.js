// Keys for those who work through many cases. Links and headings in their order are what works without them.

const SWITCH = "keys-off";

function typing(target) {
  return target.closest("input, select, textarea, [contenteditable], dialog[open]") !== null;
}

function isOff() {
  try {
    return localStorage.getItem(SWITCH) === "1";
  } catch {
    return false;
  }
}

function remember(off) {
  try {
    if (off) localStorage.setItem(SWITCH, "1");
    else localStorage.removeItem(SWITCH);
  } catch {
    // Closed to us: the keys then work until they are switched off again.
  }
}

function step(by) {
  const stops = [...document.querySelectorAll("[data-key-stop]")];
  if (!stops.length) return;
  const at = stops.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : stops.length - 1) : Math.min(Math.max(at + by, 0), stops.length - 1);
  stops[next].focus();
  stops[next].scrollIntoView({ block: "nearest" });
}

const help = document.querySelector("[data-keys-help]");
const opener = document.querySelector("[data-keys-open]");
if (help && opener) {
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());
  const on = help.querySelector("[data-keys-on]");
  on.checked = !isOff();
  on.addEventListener("change", () => remember(!on.checked));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || isOff()) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "o" && document.activeElement?.matches("a[data-key-stop]")) document.activeElement.click();
  else if (event.key === "?" && help) help.showModal();
  else return;
  event.preventDefault();
});
