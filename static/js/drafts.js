// Keeps an unsent message in this tab, so that a reload, a crash or a lost connection does not cost the text.
// A kept text goes once the thread shows a newer message of one's own, or when one signs out.

const PREFIX = "draft:";

export function keepDrafts() {
  for (const form of document.querySelectorAll("form[data-draft]")) keepDraft(form, PREFIX + form.dataset.draft);
  for (const form of document.querySelectorAll("form[data-forgets-drafts]")) form.addEventListener("submit", forgetAll);
}

function keepDraft(form, key) {
  const text = form.elements.text;
  const mark = form.elements.reports_problem;
  const kept = read(key);
  if (kept && wasSent(kept)) {
    forget(key);
  } else if (kept && !text.value) {
    text.value = kept.text;
    if (mark) mark.checked = kept.mark;
    text.dispatchEvent(new Event("input"));
  }
  const save = (sentAfter) => {
    if (text.value.trim()) write(key, { text: text.value, mark: Boolean(mark?.checked), sentAfter });
    else forget(key);
  };
  text.addEventListener("input", () => save(null));
  mark?.addEventListener("change", () => save(null));
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) save(lastOwnPosition());
  });
}

function wasSent(kept) {
  return kept.sentAfter !== null && lastOwnPosition() > kept.sentAfter;
}

function lastOwnPosition() {
  const own = [...document.querySelectorAll("[data-own][data-position]")];
  return Math.max(0, ...own.map((message) => Number(message.dataset.position)));
}

function forgetAll() {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  } catch {
    // Storage is closed to us: then nothing was kept either.
  }
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Full or closed: the text stays in the field all the same.
  }
}

function forget(key) {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // As above.
  }
}
