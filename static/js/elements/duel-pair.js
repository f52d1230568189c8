// <duel-pair>: the arrows answer as the letters do, and the next pair is read from its top. The forms are real ones; what
// is pressed while an answer is on its way is dropped, and the server counts no pair twice.
const ARROWS = { ArrowLeft: "h", ArrowRight: "l", "=": "t" };

customElements.define("duel-pair", class extends HTMLElement {
  #gone; #sending = false; #first = null;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    addEventListener("keydown", (e) => this.#key(e), { signal });
    // Before the letters of the page: one answer at a time, by whichever key.
    addEventListener("keydown", (e) => { if (this.#sending && "hlts".includes(e.key) && troupe.takes(e)) e.preventDefault(); }, { signal, capture: true });
    this.addEventListener("turbo:submit-start", () => { this.#sending = true; }, { signal });
    addEventListener("turbo:submit-end", (e) => { if (!e.detail.success) this.#sending = false; }, { signal });
    addEventListener("turbo:render", () => this.#show(), { signal });
    this.#first = this.#pair;
  }
  disconnectedCallback() { this.#gone.abort(); }
  connectedMoveCallback() {}

  get #pair() { return [...this.querySelectorAll(".contender")].map((side) => side.id).join(); }

  #show() {
    this.#sending = false;
    if (this.#first === this.#pair) return;
    this.#first = this.#pair;
    document.activeElement?.blur();
    if (this.getBoundingClientRect().top < 0) this.scrollIntoView({ block: "start" });
  }
  #key(e) {
    const key = ARROWS[e.key];
    if (!key || e.repeat || e.shiftKey || !troupe.takes(e)) return;
    // An arrow moves a film and a sound where they have the focus.
    if (document.activeElement?.matches("video,audio")) return;
    if (troupe.press(this, key)) e.preventDefault();
  }
});
