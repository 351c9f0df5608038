// Keeps an unsent text in this tab, so that a reload, a crash or a lost connection does not cost it.
// A kept message goes once the thread shows a newer one of one's own; what was written in the form of an act, once the
// server has led on to a page without that form. All goes when one signs out.

const PREFIX = "draft:";
const ACT = `${PREFIX}act:`;

export function keepDrafts() {
  for (const form of document.querySelectorAll("form[data-draft]")) keepDraft(form, PREFIX + form.dataset.draft);
  forgetDone();
  for (const form of document.querySelectorAll("form[data-keeps]")) keepWords(form, ACT + form.dataset.keeps);
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

function keepWords(form, key) {
  const texts = [...form.querySelectorAll("textarea[name]")];
  const kept = read(key)?.words ?? {};
  for (const text of texts) if (!text.value && kept[text.name]) text.value = kept[text.name];
  const save = (sent) => {
    const written = texts.filter((text) => text.value.trim()).map((text) => [text.name, text.value]);
    if (written.length) write(key, { words: Object.fromEntries(written), sent });
    else forget(key);
  };
  form.addEventListener("input", () => save(false));
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) save(true);
  });
}

// A page that shows what the form would do, and leads back to it, says of itself that the form is not done with.
function forgetDone() {
  const asked = [...document.querySelectorAll("[data-keeps], [data-keeps-still]")];
  const here = asked.map((each) => ACT + (each.dataset.keeps ?? each.dataset.keepsStill));
  for (const key of keys()) if (key.startsWith(ACT) && !here.includes(key) && read(key)?.sent) forget(key);
}

function wasSent(kept) {
  return kept.sentAfter !== null && lastOwnPosition() > kept.sentAfter;
}

function lastOwnPosition() {
  const own = [...document.querySelectorAll("[data-own][data-position]")];
  return Math.max(0, ...own.map((message) => Number(message.dataset.position)));
}

function forgetAll() {
  for (const key of keys()) if (key.startsWith(PREFIX)) forget(key);
}

function keys() {
  try {
    return Object.keys(sessionStorage);
  } catch {
    return []; // Storage is closed to us: then nothing was kept either.
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
