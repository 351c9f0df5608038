// What a link leads into is unfolded, also by browsers that leave it folded up.

export function unfoldTargets() {
  addEventListener("hashchange", unfold);
  unfold();
}

function unfold() {
  const target = document.getElementById(location.hash.slice(1));
  const folded = target?.closest("details:not([open])");
  if (!folded) return;
  folded.open = true;
  target.scrollIntoView();
}
