// The shop's token stands in the fragment of the address. It leaves the address bar and the history before anything else
// happens, and goes to the server in a form, which no log and no other site sees.

const found = new URLSearchParams(location.hash.slice(1)).get("token");
if (location.hash) history.replaceState(null, "", location.pathname);
if (found) {
  document.querySelector("[data-handover-otherwise]").hidden = true;
  document.querySelector("[data-handover-busy]").hidden = false;
  const form = document.querySelector("form[data-handover]");
  form.elements.token.value = found;
  form.submit();
}
