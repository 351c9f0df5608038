// Shows how far a file has come, and keeps form and file where it is refused. Without scripts the form is a plain one.

export function watchUploads() {
  for (const form of document.querySelectorAll("form[data-upload]")) new Upload(form);
}

class Upload {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-upload-status]");
    this.progress = form.querySelector("[data-upload-progress]");
    const { file, kind } = form.elements;
    file.addEventListener("change", () => {
      const tooLarge = [...file.files].some((each) => each.size > Number(form.dataset.largest));
      file.setCustomValidity(tooLarge ? form.dataset.over : "");
    });
    kind.addEventListener("change", () => this.showFields());
    this.showFields();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.sending) this.send();
    });
  }

  showFields() {
    for (const part of this.form.querySelectorAll("[data-for-kind]")) {
      part.hidden = !part.dataset.forKind.split(" ").includes(this.form.elements.kind.value);
    }
  }

  send() {
    this.sending = new XMLHttpRequest();
    this.sending.open("POST", this.form.action);
    this.sending.setRequestHeader("X-Requested-With", "upload");
    this.sending.responseType = "document";
    this.sending.upload.addEventListener("progress", (event) => this.tell(event.loaded / event.total));
    this.sending.addEventListener("load", () => this.take(this.sending));
    this.sending.addEventListener("error", () => this.stop(this.form.dataset.failed));
    this.progress.hidden = false;
    this.tell(0);
    this.sending.send(new FormData(this.form));
  }

  tell(part) {
    this.progress.value = part;
    this.status.textContent = part < 1 ? "" : this.form.dataset.checking;
  }

  take(answer) {
    if (answer.status === 201) {
      const there = new URL(answer.getResponseHeader("Location"), location.href);
      const stays = there.pathname === location.pathname && there.search === location.search;
      location.assign(there);
      if (stays) location.reload();
      return;
    }
    const form = answer.response?.querySelector("form[data-upload]");
    if (form) {
      this.stop("");
      this.showFaults(form);
    } else if (answer.status < 400) {
      location.assign(answer.responseURL);
    } else {
      this.stop(this.form.dataset.failed);
    }
  }

  stop(words) {
    this.sending = null;
    this.progress.hidden = true;
    this.status.textContent = words;
  }

  showFaults(answered) {
    let first = null;
    for (const slot of this.form.querySelectorAll("[data-fault]")) {
      const told = answered.querySelector(`[data-fault="${slot.dataset.fault}"]`);
      slot.replaceChildren(...(told ? [...told.childNodes].map((node) => document.adoptNode(node)) : []));
      const field = this.form.elements[slot.dataset.fault];
      const wrong = slot.childElementCount > 0;
      slot.closest(".field")?.classList.toggle("field--fault", wrong);
      field.toggleAttribute("aria-invalid", wrong);
      if (wrong) {
        field.setAttribute("aria-invalid", "true");
        field.setAttribute("aria-describedby", `${slot.firstElementChild.id} ${field.id}-help`);
        first ??= field;
      }
    }
    first?.focus();
  }
}
