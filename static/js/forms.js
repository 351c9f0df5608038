// Small manners of forms: sent once, sent by Ctrl+Enter, told in time when a text is too long.

export function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
  });
  // Coming back to a page that the browser kept as it was.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) {
      delete form.dataset.sending;
      form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
    }
  });
}

export function sendByKeys() {
  for (const form of document.querySelectorAll("form[data-keys]")) {
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.querySelector("[data-keys-hint]")?.removeAttribute("hidden");
  }
}

export function watchLength() {
  for (const text of document.querySelectorAll("textarea[data-limit]")) {
    const check = () => {
      // Counted as the server counts: by code point, and line breaks as one.
      const tooLong = text.value.length > Number(text.dataset.limit) && [...text.value].length > Number(text.dataset.limit);
      text.setCustomValidity(tooLong ? text.dataset.over : "");
      if (!CSS.supports("field-sizing", "content")) grow(text);
    };
    text.addEventListener("input", check);
    check();
  }
}

function grow(text) {
  text.style.blockSize = "auto";
  text.style.blockSize = `${text.scrollHeight + 2}px`;
}
