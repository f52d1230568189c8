// <zone-guess> around a time zone select: offers the browser's zone while nobody has touched the form.
customElements.define("zone-guess", class extends HTMLElement {
  connectedCallback() {
    const select = this.querySelector("select");
    if (!select || select.querySelector("option[selected]") || select.matches("[aria-invalid=true]")) return;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const option = [...select.options].find((o) => o.value === zone);
    if (!option) return;
    option.selected = true;
    const note = this.querySelector("[data-found]");
    if (note) note.hidden = false;
  }
  connectedMoveCallback() {}
});
