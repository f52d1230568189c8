// <draft-text>: long text saves itself. Every keystroke goes to this browser's store; where data-draft-url is set the
// server has it 800 ms later. A version that someone else moved on is never overwritten: both texts are shown.
// Holds a textarea, the hidden field `version`, and a <template data-conflict> with a read-only textarea.
const DELAY = 800, LIMIT = 60000;      // browsers cap a keepalive body at 64 kB

customElements.define("draft-text", class extends HTMLElement {
  #gone; #timer; #saving = false; #again = false; #stopped = false;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.addEventListener("input", (e) => { if (e.target === this.#field) this.#typed(); }, { signal });
    addEventListener("pagehide", () => this.#flush(), { signal });
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.#flush(); }, { signal });
    addEventListener("turbo:submit-end", (e) => {
      if (e.detail.success && e.target.contains(this)) this.#forget();
    }, { signal });
    this.#recall();
  }
  disconnectedCallback() { this.#flush(); this.#gone.abort(); }
  connectedMoveCallback() {}

  get #field() { return this.querySelector("textarea:not([readonly])"); }
  get #version() { return this.querySelector("input[name=version]") ?? this.closest("form")?.elements.namedItem("version"); }
  get #name() { return `draft:${location.pathname}:${this.id || this.#field?.id}`; }
  get #dirty() { return this.#field && this.#field.value !== this.#field.defaultValue; }

  #typed() {
    this.#keep();
    clearTimeout(this.#timer);
    if (this.dataset.draftUrl && !this.#stopped) this.#timer = setTimeout(() => this.#save(), DELAY);
  }
  #keep() {
    const record = { text: this.#field.value, version: this.#version?.value ?? "", at: Date.now() };
    try { localStorage.setItem(this.#name, JSON.stringify(record)); } catch { /* full or forbidden: the server copy remains */ }
  }
  #forget() { clearTimeout(this.#timer); try { localStorage.removeItem(this.#name); } catch { /* nothing was kept */ } }

  #recall() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(this.#name)); } catch { /* unreadable counts as none */ }
    const field = this.#field;
    if (!kept || !field || kept.text === field.value) return;
    if (kept.version !== (this.#version?.value ?? "")) { this.#conflict(kept.text); return; }
    field.value = kept.text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  #body(text) { return new URLSearchParams({ text, version: this.#version?.value ?? "" }); }

  async #save() {
    if (this.#saving) { this.#again = true; return; }
    if (!this.#dirty || this.#stopped) return;
    this.#saving = true;
    const text = this.#field.value;
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(this.dataset.draftUrl, { method: "POST", body: this.#body(text), headers });
      if (answer.status === 409) { this.#stopped = true; this.#conflict(text); }
      else if (answer.ok && !answer.redirected) this.#saved(text, (await answer.json()).version);
    } catch { /* offline: the copy in the browser waits for the next keystroke */ }
    this.#saving = false;
    if (this.#again) { this.#again = false; this.#save(); }
  }
  // The default moves with the version, so that "changed" stays true for what is not yet saved.
  #saved(text, version) {
    if (this.#version && version !== undefined) this.#version.value = version;
    this.#field.defaultValue = text;
    if (this.#field.value === text) this.#forget(); else this.#keep();
  }
  #flush() {
    clearTimeout(this.#timer);
    if (!this.dataset.draftUrl || !this.#dirty || this.#stopped) return;
    const body = this.#body(this.#field.value);
    if (body.toString().length > LIMIT) return;
    fetch(this.dataset.draftUrl, { method: "POST", body, keepalive: true }).catch(() => {});
  }
  #conflict(text) {
    const template = this.querySelector("template[data-conflict]");
    if (!template || this.querySelector("[data-conflict-box]")) return;
    const box = template.content.firstElementChild.cloneNode(true);
    box.dataset.conflictBox = "";
    box.querySelector("textarea").value = text;
    this.append(box);
    box.querySelector("[data-discard]")?.addEventListener("click", () => { this.#forget(); box.remove(); this.#field.focus(); });
  }
});
addEventListener("turbo:before-morph-element", (e) => {
  if (!e.detail.newElement && e.target.matches?.("[data-conflict-box]")) e.preventDefault();
});
