// <show-secret>: a password field and a button (aria-pressed, hidden without scripts) that shows it. Sent hidden again.
customElements.define("show-secret", class extends HTMLElement {
  #gone; #shown = false;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.addEventListener("click", (e) => { if (e.target.closest("button")) this.#show(!this.#shown); }, { signal });
    this.closest("form")?.addEventListener("submit", () => this.#show(false), { signal });
    addEventListener("turbo:render", () => this.#show(this.#shown), { signal });
    this.#show(false);
  }
  disconnectedCallback() { this.#gone.abort(); }
  connectedMoveCallback() {}

  #show(shown) {
    this.#shown = shown;
    const field = this.querySelector("input"), button = this.querySelector("button");
    if (!field || !button) return;
    field.type = shown ? "text" : "password";
    button.hidden = false;
    button.setAttribute("aria-pressed", String(shown));
  }
});
