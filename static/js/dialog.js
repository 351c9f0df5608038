// Shows a confirmation page in a dialog over the page one is on. The page itself is what works without scripts.

export function confirmInDialog() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open(link).catch(() => location.assign(link.href));
  });
}

async function open(link) {
  const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Error("not a confirmation page");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const content = page.querySelector("[data-dialog-content]");
  if (!content) throw new Error("nothing to show");
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "dialog-title");
  dialog.append(document.adoptNode(content));
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  dialog.querySelector("[data-dialog-close]")?.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.showModal();
  startAtTheTop(dialog);
}

// The heading has the focus: what follows from the act is read before a field or a button is met, Enter pressed once too
// often does nothing, and on a phone no keyboard lies over the words.
function startAtTheTop(dialog) {
  const heading = dialog.querySelector("#dialog-title");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus();
}
