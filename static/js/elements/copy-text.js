// <copy-text>: a field and a button that copies it. The button is hidden until a script can do what it says.
customElements.define("copy-text", class extends HTMLElement {
  #gone;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    const show = () => { const button = this.querySelector("button"); if (button) button.hidden = false; };
    this.addEventListener("click", (e) => { if (e.target.closest("button")) this.#copy(); }, { signal });
    addEventListener("turbo:render", show, { signal });
    show();
  }
  disconnectedCallback() { this.#gone.abort(); }
  connectedMoveCallback() {}

  async #copy() {
    const field = this.querySelector("input,textarea,[data-text]");
    const text = field.value ?? field.textContent;
    try {
      await navigator.clipboard.writeText(text);
      troupe.say(this.dataset.sayCopied);
    } catch {
      // Without a secure context there is no clipboard: select it, so that one keystroke copies.
      if (field.select) { field.focus(); field.select(); } else getSelection().selectAllChildren(field);
    }
  }
});
