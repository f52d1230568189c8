// <undo-bar id data-left>: the way back from the last click, for ten seconds. The clock stops while someone reads it.
const TIME = 10000;

customElements.define("undo-bar", class extends HTMLElement {
  #gone; #timer; #left = TIME; #since = 0;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    for (const name of ["pointerenter", "focusin"]) this.addEventListener(name, () => this.#pause(), { signal });
    for (const name of ["pointerleave", "focusout"]) {
      this.addEventListener(name, () => { if (!this.matches(":hover,:focus-within")) this.#run(); }, { signal });
    }
    addEventListener("turbo:before-morph-attribute", (e) => {
      if (e.target === this && e.detail.attributeName === "hidden") e.preventDefault();
    }, { signal });
    // The next thing that happened was written into this same bar: its ten seconds begin.
    this.addEventListener("turbo:morph-element", (e) => {
      if (e.target !== this) return;
      this.hidden = false;
      this.#left = TIME;
      this.#run();
    }, { signal });
    this.#run();
  }
  disconnectedCallback() { clearTimeout(this.#timer); this.#gone.abort(); }
  connectedMoveCallback() {}

  #run() {
    clearTimeout(this.#timer);
    this.#since = Date.now();
    this.#timer = setTimeout(() => { this.hidden = true; }, this.#left);
  }
  #pause() {
    clearTimeout(this.#timer);
    if (this.#since) this.#left = Math.max(2000, this.#left - (Date.now() - this.#since));
    this.#since = 0;
  }
});
