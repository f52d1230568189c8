// <desk-card>: one draft is lit, the others lie in the strip. Letters press the real forms of the verdict; the draft in
// the strip is marked at once and the mark is taken back when the server refuses.
customElements.define("desk-card", class extends HTMLElement {
  #pending = null; #gone; #top = null;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    addEventListener("keydown", (e) => this.#key(e), { signal });
    this.addEventListener("turbo:submit-start", (e) => this.#mark(e), { signal });
    addEventListener("turbo:submit-end", (e) => { if (this.#pending) this.#settle(e.detail.success); }, { signal });
    addEventListener("turbo:before-morph-attribute", (e) => {
      if (this.#pending && e.target.id === this.#pending && e.detail.attributeName === "data-verdict") e.preventDefault();
    }, { signal });
    addEventListener("turbo:render", () => this.#show(), { signal });
    this.#show();
  }
  disconnectedCallback() { this.#gone.abort(); }
  connectedMoveCallback() {}

  get #lit() { return this.querySelector(".strip li:has([aria-current]), .strip li[aria-current]"); }

  #show() {
    const strip = this.querySelector(".strip"), lit = this.#lit;
    const top = this.querySelector(".lit");
    // The next draft is read from its top, wherever the one before was left.
    if (top && this.#top !== null && this.#top !== top.id) {
      document.activeElement?.blur();
      if (top.getBoundingClientRect().top < 0 || top.getBoundingClientRect().top > innerHeight / 2) this.scrollIntoView({ block: "start" });
    }
    this.#top = top?.id ?? null;
    if (strip && lit && strip.scrollWidth > strip.clientWidth) strip.scrollLeft = lit.offsetLeft - strip.clientWidth / 2;
  }
  #mark(e) {
    const lit = this.#lit;
    if (!lit?.id || !e.target.closest(".verdict")) return;
    this.#pending = lit.id;
    lit.dataset.verdict = e.detail.formSubmission.submitter?.dataset.key ?? "";
  }
  #settle(success) {
    document.getElementById(this.#pending)?.removeAttribute("data-verdict");
    this.#pending = null;
    if (!success) troupe.say(this.dataset.sayFailed);
  }
  #move(step) {
    const links = [...this.querySelectorAll(".strip a[href]")];
    const at = links.findIndex((a) => a.closest("li") === this.#lit);
    const to = links[at + step];
    to?.click();
    return Boolean(to);
  }
  #play() {
    const media = this.querySelector(".lit :is(video, audio)");
    if (!media) return false;
    if (media.paused) media.play(); else media.pause();
    return true;
  }
  #key(e) {
    if (!troupe.takes(e)) return;
    const control = document.activeElement?.matches("button,a,summary,input,video,audio");
    let taken = false;
    if (e.key === "j" || e.key === "k") taken = !e.repeat && this.#move(e.key === "j" ? 1 : -1);
    else if (e.repeat || this.#pending) return;
    else if (e.key === " ") taken = !control && this.#play();
    else if (e.key === "z") taken = troupe.press(document, "z");
    else if ("axedr".includes(e.key)) taken = troupe.press(this, e.key);
    if (taken) e.preventDefault();
  }
});
