// <key-list>: rows marked data-row, each with an id and real forms. j and k move, a letter presses the row's data-key.
customElements.define("key-list", class extends HTMLElement {
  #id = null; #index = 0; #column = 0; #pending = null; #gone;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    addEventListener("keydown", (e) => this.#key(e), { signal });
    addEventListener("turbo:render", () => this.#settle(), { signal });
    addEventListener("turbo:before-morph-attribute", (e) => this.#keep(e), { signal });
    this.addEventListener("focusin", (e) => {
      const row = e.target.closest("[data-row]");
      if (row) this.#stand(row);
    }, { signal });
    this.addEventListener("turbo:submit-start", (e) => this.#mark(e.target.closest("[data-row]")), { signal });
    addEventListener("turbo:submit-end", (e) => { if (this.#pending) this.#unmark(e.detail.success); }, { signal });
    this.#settle();
  }
  disconnectedCallback() { this.#gone.abort(); }
  connectedMoveCallback() {}

  get #rows() { return [...this.querySelectorAll("[data-row]")]; }

  #stand(row) {
    const rows = this.#rows;
    for (const r of rows) {
      r.tabIndex = r === row ? 0 : -1;
      if (r === row) r.setAttribute("aria-current", "true"); else r.removeAttribute("aria-current");
    }
    this.#id = row.id;
    this.#index = rows.indexOf(row);
    this.#column = this.#columnOf(row);
  }
  #columnOf(row) { return [...this.children].findIndex((child) => child.contains(row)); }
  // After a refresh: the same row, or the one now in its place, also when it went to another column of the board.
  // Focus follows only if it was on that row or had fallen to the page.
  #settle() {
    const rows = this.#rows;
    if (!rows.length) return;
    const same = rows.find((r) => r.id === this.#id);
    const stays = same && this.#columnOf(same) === this.#column;
    const row = stays ? same : rows[Math.min(this.#index, rows.length - 1)];
    const lost = this.#id !== null && !stays &&
      (document.activeElement === document.body || Boolean(same?.contains(document.activeElement)));
    this.#stand(row);
    if (lost) row.focus({ preventScroll: false });
  }
  #keep(e) {
    const { target, detail } = e;
    if (!this.contains(target) || !target.matches("[data-row]")) return;
    if (["tabindex", "aria-current"].includes(detail.attributeName)) e.preventDefault();
    if (detail.attributeName === "data-pending" && target.id === this.#pending) e.preventDefault();
  }
  #mark(row) {
    if (!row) return;
    this.#pending = row.id;
    row.dataset.pending = "";
  }
  #unmark(success) {
    document.getElementById(this.#pending)?.removeAttribute("data-pending");
    this.#pending = null;
    if (!success) troupe.say(this.dataset.sayFailed);
  }
  #key(e) {
    if (!troupe.takes(e)) return;
    const rows = this.#rows;
    if (!rows.length) return;
    const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step && (e.key.length === 1 || this.contains(document.activeElement))) {
      e.preventDefault();
      const inside = this.contains(document.activeElement);
      const to = inside ? Math.min(Math.max(this.#index + step, 0), rows.length - 1) : this.#index;
      rows[to].focus();
      rows[to].scrollIntoView({ block: "nearest" });
      return;
    }
    const row = rows.find((r) => r.id === this.#id);
    if (!row || e.repeat || this.#pending) return;
    if (e.key === "Enter" && document.activeElement === row) {
      const link = row.querySelector("a[href]");
      if (link) { e.preventDefault(); link.click(); }
    } else if (e.key.length === 1 && troupe.press(row, e.key)) {
      e.preventDefault();
    }
  }
});
