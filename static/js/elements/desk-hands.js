// <desk-hands>: keys and a thumb on the desk around it. It only moves and presses; what is decided, and what follows, is
// the desk's.
const FAR = 90;

customElements.define("desk-hands", class extends HTMLElement {
  #gone; #from = null;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    addEventListener("keydown", (e) => this.#key(e), { signal });
    for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) this.#desk.addEventListener(name, (e) => this.#swipe(e), { signal });
  }
  disconnectedCallback() { this.#gone.abort(); }

  get #desk() { return this.closest("desk-card"); }

  #play() {
    const media = this.#desk.querySelector(".lit :is(video, audio)");
    if (!media) return false;
    if (media.paused) media.play(); else media.pause();
    return true;
  }
  #chip(n) {
    const box = this.#desk.lit?.querySelector(`[data-chip="${n}"]`);
    box?.click();
    return Boolean(box);
  }
  #key(e) {
    if (!troupe.takes(e)) return;
    const control = document.activeElement?.matches("button,a,summary,input,video,audio"), desk = this.#desk;
    let taken = false;
    if (e.key === "j" || e.key === "k") taken = desk.move(e.key === "j" ? 1 : -1);
    else if (e.repeat) return;
    else if (e.key === " ") taken = !control && this.#play();
    else if (e.key === "z") taken = desk.undo();
    else if ("12345".includes(e.key)) taken = this.#chip(e.key);
    else if ("axecdrl".includes(e.key) && desk.lit) taken = troupe.press(desk.lit, e.key);
    if (taken) e.preventDefault();
  }
  // A thumb: right approves, left rejects; the buttons below do the same.
  #swipe(e) {
    const lit = this.#desk.lit;
    if (e.type === "pointerdown") {
      const far = e.target.closest("a,button,input,textarea,select,summary,video,audio,.strip,.verdict");
      this.#from = e.pointerType === "touch" && !far && lit?.contains(e.target) && lit.querySelector(".verdict") ? { x: e.clientX, y: e.clientY } : null;
      return;
    }
    if (!this.#from || !lit) return;
    const dx = e.clientX - this.#from.x, dy = e.clientY - this.#from.y, side = Math.abs(dx) > 1.5 * Math.abs(dy);
    if (e.type === "pointermove") {
      lit.style.translate = side ? `${dx}px 0` : "";
      lit.dataset.swipe = side && Math.abs(dx) > FAR ? (dx > 0 ? "a" : "x") : "";
      return;
    }
    this.#from = null;
    lit.style.translate = "";
    lit.removeAttribute("data-swipe");
    if (e.type === "pointerup" && side && Math.abs(dx) > FAR) troupe.press(lit, dx > 0 ? "a" : "x");
  }
});
