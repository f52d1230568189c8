// <day-drag>: a slot (data-slot) moves to another day (data-day) by pointer or keys. Either way ends in the slot's own
// move form: its select gets the day and it is sent. That form is also how a page without scripts does it.
const START = 6;     // pixels before a press becomes a drag
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

customElements.define("day-drag", class extends HTMLElement {
  #gone; #drag = null; #swallow = false;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.addEventListener("pointerdown", (e) => this.#down(e), { signal });
    this.addEventListener("pointermove", (e) => this.#move(e), { signal });
    this.addEventListener("pointerup", (e) => this.#up(e), { signal });
    this.addEventListener("pointercancel", () => this.#end(false), { signal });
    // The implicit capture of a touch is lost by the grip and bubbles up here; only our own loss ends the drag.
    this.addEventListener("lostpointercapture", (e) => {
      if (e.target === this && this.#drag?.held) this.#end(false);
    }, { signal });
    this.addEventListener("click", (e) => { if (this.#swallow) { e.preventDefault(); e.stopPropagation(); this.#swallow = false; } },
      { signal, capture: true });
    this.addEventListener("keydown", (e) => this.#key(e), { signal });
    this.addEventListener("focusout", (e) => {
      if (this.#drag && !this.#drag.held && e.target === this.#drag.grip) this.#end(false);
    }, { signal });
    addEventListener("turbo:before-morph-attribute", (e) => {
      if (e.detail.attributeName === "data-lifted" && this.contains(e.target)) e.preventDefault();
    }, { signal });
  }
  disconnectedCallback() { if (this.#drag) this.#end(false); this.#gone.abort(); }
  connectedMoveCallback() {}

  #options(slot) { return [...(slot.querySelector("form[data-move] select")?.options ?? [])]; }

  #lift(slot, grip, held) {
    const day = slot.closest("[data-day]")?.dataset.day ?? "";
    this.#drag = { slot, grip, held, from: day, day };
    slot.dataset.lifted = "";
    dispatchEvent(new CustomEvent("studio:gesture", { detail: 1 }));
    this.#say("lifted");
  }
  #end(drop) {
    const { slot, day, from, started, grip, held } = this.#drag;
    this.#drag = null;
    this.querySelector(".over")?.classList.remove("over");
    slot.style.translate = "";
    if (held && !started) return;
    delete slot.dataset.lifted;
    dispatchEvent(new CustomEvent("studio:gesture", { detail: -1 }));
    const form = slot.querySelector("form[data-move]"), select = form?.querySelector("select");
    if (!drop || day === from || !this.#options(slot).some((o) => o.value === day)) { this.#say("back", slot, from); return; }
    select.value = day;
    this.#say("dropped", slot, day);
    grip.focus();
    form.requestSubmit();
  }
  #over(day) {
    this.#drag.day = day;
    this.querySelector(".over")?.classList.remove("over");
    const { slot, from } = this.#drag;
    if (day !== from) this.#cell(day, slot)?.classList.add("over");
  }
  // The cell of that day in the slot's own lane; a month has no lanes.
  #cell(day, slot) {
    const lane = slot.closest("[data-lane]")?.dataset.lane;
    return [...this.querySelectorAll("[data-day]")].find((c) => c.dataset.day === day && (lane === undefined || c.dataset.lane === lane));
  }
  #say(what, slot = this.#drag?.slot, day = this.#drag?.day) {
    const line = this.querySelector("[role=status]"), text = this.getAttribute(`data-say-${what}`);
    if (!line || !text || !slot) return;
    line.textContent = text.replace("{day}", this.#options(slot).find((o) => o.value === day)?.textContent.trim() ?? day);
  }

  #down(e) {
    const grip = e.target.closest(".grip"), slot = grip?.closest("[data-slot]");
    if (!slot || e.button !== 0 || this.#drag) return;
    this.#drag = { slot, grip, held: true, pointer: e.pointerId, x: e.clientX, y: e.clientY, started: false };
  }
  #move(e) {
    const drag = this.#drag;
    if (!drag?.held || e.pointerId !== drag.pointer) return;
    const dx = e.clientX - drag.x, dy = e.clientY - drag.y;
    if (!drag.started) {
      if (Math.hypot(dx, dy) < START) return;
      this.setPointerCapture(e.pointerId);
      this.#lift(drag.slot, drag.grip, true);
      Object.assign(this.#drag, { pointer: drag.pointer, x: drag.x, y: drag.y, started: true });
    }
    this.#drag.slot.style.translate = `${dx}px ${dy}px`;
    const cell = document.elementFromPoint(e.clientX, e.clientY)?.closest("[data-day]");
    this.#over(cell && this.contains(cell) ? cell.dataset.day : this.#drag.from);
  }
  #up(e) {
    if (!this.#drag?.held || e.pointerId !== this.#drag.pointer) return;
    this.#swallow = this.#drag.started;
    setTimeout(() => { this.#swallow = false; });
    this.#end(true);
  }
  #key(e) {
    const grip = e.target.closest(".grip"), slot = grip?.closest("[data-slot]");
    if (e.key === "Escape" && this.#drag) { e.preventDefault(); this.#end(false); return; }
    if (!slot || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "Enter" || e.key === " ") {
      e.preventDefault();
      if (e.repeat) return;
      if (this.#drag) this.#end(true); else this.#lift(slot, grip, false);
    } else if (this.#drag && !this.#drag.held && STEPS[e.key]) {
      e.preventDefault();
      const days = this.#options(slot).map((o) => o.value);
      const to = days.indexOf(this.#drag.day) + STEPS[e.key];
      if (days[to] !== undefined) { this.#over(days[to]); this.#say("over"); }
    }
  }
});
