// <desk-card>: one draft is lit, the next ones lie ready in templates, the others in the strip. A decision is sent by the
// real form of the verdict in the background and the next draft is lit at once; in the strip it reads as decided only when
// the server has written it down, and comes back with a word when it could not. <desk-hands> inside hears keys and thumbs.
const READY = 2;

customElements.define("desk-card", class extends HTMLElement {
  #gone; #top = null; #ready = new Map(); #sent = new Map(); #done = []; #line = Promise.resolve(); #filling = false; #quiet;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.addEventListener("submit", (e) => this.#submit(e), { signal, capture: true });
    addEventListener("turbo:render", () => this.#show(), { signal });
    // Another draft is lit here than the page that comes was made for: what is read stays.
    addEventListener("turbo:before-morph-element", (e) => {
      const at = e.target;
      if (this.contains(at) && at.matches?.(".lit") && e.detail.newElement?.id !== at.id && this.#sent.size) e.preventDefault();
    }, { signal });
    this.#show();
  }
  disconnectedCallback() { this.#gone.abort(); if (this.#quiet) this.#rest(); }
  connectedMoveCallback() {}

  get lit() { return this.querySelector(":scope > .lit"); }
  #card(id) { return this.querySelector(`.strip li[id="draft-${id}"]`); }

  #show() {
    for (const template of this.querySelectorAll(":scope > template[data-ahead]")) {
      const id = template.dataset.ahead;
      if (!this.#ready.has(id)) this.#keep(id, template.content.firstElementChild.cloneNode(true));
    }
    for (const [id, mark] of this.#sent) this.#mark(id, mark);
    this.#light();
  }
  // Held outside the page, its pictures already asked for.
  #keep(id, article) {
    this.#ready.set(id, article);
    for (const media of article.querySelectorAll("img[src]")) new Image().src = media.src;
  }
  #light() {
    const top = this.lit;
    if (!top) return;
    for (const li of this.querySelectorAll(".strip li")) {
      if (li.id === `draft-${top.dataset.id}`) li.setAttribute("aria-current", "true"); else li.removeAttribute("aria-current");
    }
    // The next draft is read from its top, wherever the one before was left.
    if (this.#top !== null && this.#top !== top.id) {
      if (this.contains(document.activeElement)) document.activeElement.blur();
      if (top.getBoundingClientRect().top < 0 || top.getBoundingClientRect().top > innerHeight / 2) this.scrollIntoView({ block: "start" });
    }
    this.#top = top.id;
    const strip = this.querySelector(".strip"), lit = this.#card(top.dataset.id);
    if (strip && lit && strip.scrollWidth > strip.clientWidth) strip.scrollLeft = lit.offsetLeft - strip.clientWidth / 2;
  }
  #mark(id, mark) {
    const li = this.#card(id);
    if (!li) return;
    if (mark) li.dataset.verdict = mark; else li.removeAttribute("data-verdict");
  }

  // ---- deciding
  #submit(e) {
    const form = e.target, lit = this.lit;
    if (!form.matches("[data-decides]") || !lit?.contains(form)) return;
    const next = this.#after(lit.dataset.id, 1);
    if (next && !this.#ready.has(next)) return;   // not here yet: the page itself goes on
    e.preventDefault();
    e.stopPropagation();
    this.#decide(form, e.submitter, lit, next);
  }
  // The next in the strip that is not decided, in this direction.
  #after(id, step) {
    const all = [...this.querySelectorAll(".strip li")].map((li) => li.id.replace("draft-", ""));
    for (let at = all.indexOf(id) + step; at >= 0 && at < all.length; at += step) if (!this.#sent.has(all[at])) return all[at];
    return null;
  }
  #decide(form, submitter, lit, next) {
    const id = lit.dataset.id;
    const body = new URLSearchParams(new FormData(form, submitter));
    const path = submitter?.getAttribute("formaction") || form.action;
    const turn = { id, lit, undo: null };
    this.#busy();
    Turbo.navigator.stop?.();
    this.#sent.set(id, "sent");
    this.#mark(id, "sent");
    this.#done.push(turn);
    if (next) this.#swap(next); else this.#leave(lit);
    // In order: what was pressed first is written first.
    turn.saved = this.#line = this.#line.then(() => this.#send(path, body)).then((answer) => {
      turn.undo = answer.undo;
      this.#sent.set(id, "saved");
      this.#mark(id, "saved");
      this.#say(answer);
      this.#fill();
      if (!this.lit && !this.#waiting) Turbo.visit(location.href.replace(/[?&]lit=[^&]*/, ""), { action: "replace" });
    }).catch((trouble) => {
      this.#sent.delete(id);
      this.#done = this.#done.filter((one) => one !== turn);
      this.#mark(id, null);
      this.#keep(id, lit);
      if (trouble?.to) Turbo.visit(trouble.to);
      else { troupe.say(this.dataset.sayFailed); if (!this.lit) this.#swap(id); }
    });
  }
  get #waiting() { return [...this.#sent.values()].includes("sent"); }
  async #send(path, body) {
    const answer = await fetch(path, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
    const told = answer.headers.get("content-type")?.startsWith("application/json") ? await answer.json() : null;
    if (!answer.ok || !told) throw told ?? new Error(String(answer.status));
    return told;
  }
  #leave(lit) { this.#keep(lit.dataset.id, lit); lit.remove(); }
  #swap(id) {
    const next = this.#ready.get(id), lit = this.lit;
    if (!next) return false;
    this.#ready.delete(id);
    if (lit) { this.#keep(lit.dataset.id, lit); lit.replaceWith(next); } else this.append(next);
    history.replaceState(history.state, "", next.dataset.here);
    this.#light();
    this.#fill();
    return true;
  }
  // The next page of drafts is asked for before the last one that is here is lit.
  async #fill() {
    const id = this.lit?.dataset.id;
    let ahead = 0;
    for (let at = id; at && ahead <= READY; ahead++) { at = this.#after(at, 1); if (!at || !this.#ready.has(at)) break; }
    if (!id || this.#filling || ahead > READY) return;
    const last = [...this.querySelectorAll(".strip li")].pop();
    if (ahead && this.#after(id, ahead) === null && last && !document.querySelector(".pager")) return;
    this.#filling = true;
    try {
      const answer = await fetch(this.lit.dataset.here, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const strip = this.querySelector(".strip");
      for (const li of page.querySelectorAll("desk-card .strip li")) if (!document.getElementById(li.id)) { li.removeAttribute("aria-current"); strip.append(document.adoptNode(li)); }
      for (const template of page.querySelectorAll("desk-card > template[data-ahead]")) {
        const next = template.dataset.ahead;
        if (!this.#ready.has(next) && !this.#sent.has(next)) this.#keep(next, document.importNode(template.content.firstElementChild, true));
      }
    } catch { /* offline: the page itself goes on when the strip ends */ }
    this.#filling = false;
  }
  undo() {
    const turn = this.#done.pop();
    if (!turn) return troupe.press(document, "z");
    document.getElementById("undo")?.remove();
    this.#busy();
    this.#keep(turn.id, this.#ready.get(turn.id) ?? turn.lit);
    this.#sent.delete(turn.id);
    this.#mark(turn.id, null);
    this.#swap(turn.id);
    this.#line = this.#line.then(() => turn.undo ? this.#send(turn.undo, new URLSearchParams()) : null).catch(() => {
      this.#sent.set(turn.id, "saved");
      this.#mark(turn.id, "saved");
      troupe.say(this.dataset.sayFailed);
    });
    return true;
  }
  // The same line, with its way back, as the page would have shown.
  #say({ say, undo, next }) {
    document.getElementById("undo")?.remove();
    const bar = document.createElement("undo-bar"), line = document.createElement("div"), text = document.createElement("span");
    Object.assign(bar, { id: "undo", className: "undo" });
    line.className = "toast";
    line.setAttribute("role", "status");
    text.textContent = say;
    line.append(text);
    if (next) { const a = document.createElement("a"); a.href = next.path; a.dataset.key = "p"; a.textContent = next.say; line.append(a); }
    if (undo) {
      const form = document.createElement("form"), button = document.createElement("button");
      Object.assign(form, { method: "post", action: undo });
      button.dataset.key = "z";
      button.innerHTML = "<span></span> <kbd>z</kbd>";
      button.firstChild.textContent = this.dataset.sayUndo;
      form.append(button);
      form.addEventListener("submit", (e) => { if (this.#done.length) { e.preventDefault(); e.stopPropagation(); this.undo(); } });
      line.append(form);
    }
    bar.append(line);
    document.getElementById("said").before(bar);
  }
  // While somebody decides, the page does not refresh itself under their hands.
  #busy() {
    if (!this.#quiet) dispatchEvent(new CustomEvent("studio:gesture", { detail: 1 }));
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#rest(), 700);
  }
  #rest() { clearTimeout(this.#quiet); this.#quiet = undefined; dispatchEvent(new CustomEvent("studio:gesture", { detail: -1 })); }

  // ---- moving, by hands: see desk-hands.js
  move(step) {
    const lit = this.lit, to = lit && this.#after(lit.dataset.id, step);
    if (!to) return false;
    if (this.#swap(to)) return true;
    this.#card(to)?.querySelector("a[href]")?.click();
    return true;
  }
});
