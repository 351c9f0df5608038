// A button beside each password that shows what is written. Without scripts it stays hidden.

export function showPasswords() {
  for (const button of document.querySelectorAll("[data-shows]")) {
    const field = document.getElementById(button.dataset.shows);
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = field.type === "password";
      field.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", String(shown));
    });
    // A browser remembers what was written in fields of text, so the field is a password again when it is sent.
    field.form.addEventListener("submit", () => (field.type = "password"));
  }
}
