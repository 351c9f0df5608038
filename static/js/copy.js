// A button that copies a text which can be selected as well. Hidden where the browser would not let it.

export function offerCopies() {
  if (!navigator.clipboard) return;
  for (const place of document.querySelectorAll("[data-copy]")) {
    place.hidden = false;
    place.querySelector("button").addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(place.dataset.copy).textContent);
      place.querySelector("[role=status]").textContent = place.dataset.copied;
    });
  }
}
