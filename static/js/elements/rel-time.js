// <rel-time><time datetime="…">21 Nov 2026, 14:05</time></rel-time>: the server's words stay in the page, the relative
// ones live in a shadow root, so that a refresh never fights with them.
const units = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
const all = new Set();
let ticking;

const tick = () => {
  clearInterval(ticking);
  if (document.hidden || !all.size) return;
  for (const one of all) one.draw();
  ticking = setInterval(tick, 30000);
};
document.addEventListener("visibilitychange", tick);

customElements.define("rel-time", class extends HTMLElement {
  #out; #watch;

  connectedCallback() {
    this.#out ??= this.attachShadow({ mode: "open" });
    this.#watch = new MutationObserver(() => this.draw());
    this.#watch.observe(this, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["datetime"] });
    all.add(this);
    this.draw();
    if (all.size === 1) tick();
  }
  disconnectedCallback() { this.#watch.disconnect(); all.delete(this); }
  connectedMoveCallback() {}

  draw() {
    const time = this.querySelector("time");
    const then = Date.parse(time?.getAttribute("datetime") ?? "");
    const lang = this.closest("[lang]")?.lang || "en";
    if (Number.isNaN(then)) { this.#out.replaceChildren(document.createElement("slot")); return; }
    const seconds = Math.round((then - Date.now()) / 1000);
    // As the server counts: whole units of what is past, what is to come rounded.
    const count = (size) => seconds < 0 ? Math.trunc(seconds / size) : Math.round(seconds / size);
    const [unit, size] = units.find(([, s]) => count(s) !== 0) ?? ["minute", 60];
    const words = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
    const span = document.createElement("span");
    span.title = time.textContent.trim();
    span.textContent = Math.abs(seconds) < 60 ? words.format(0, "second") : words.format(count(size), unit);
    this.#out.replaceChildren(span);
  }
});
