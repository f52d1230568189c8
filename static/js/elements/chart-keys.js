// <chart-keys>: a chart is one tab stop; arrows, Home and End walk its points, Escape leaves.
customElements.define("chart-keys", class extends HTMLElement {
  #gone; #id = null;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.addEventListener("keydown", (e) => this.#key(e), { signal });
    addEventListener("turbo:render", () => this.#settle(), { signal });
    addEventListener("turbo:before-morph-attribute", (e) => {
      if (e.detail.attributeName === "tabindex" && this.contains(e.target)) e.preventDefault();
    }, { signal });
    this.#settle();
  }
  disconnectedCallback() { this.#gone.abort(); }
  connectedMoveCallback() {}

  get #points() { return [...this.querySelectorAll(".pt")]; }

  #settle() {
    const points = this.#points;
    const at = points.find((p) => p.id === this.#id) ?? points.at(-1);
    for (const p of points) p.setAttribute("tabindex", p === at ? "0" : "-1");
  }
  #key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const points = this.#points, at = points.indexOf(document.activeElement);
    if (at < 0) return;
    const last = points.length - 1;
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last }[e.key];
    if (e.key === "Escape") { document.activeElement.blur(); return; }
    if (to === undefined) return;
    e.preventDefault();
    const point = points[Math.min(Math.max(to, 0), last)];
    this.#id = point.id;
    this.#settle();
    point.focus();
  }
});
