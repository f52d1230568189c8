// <add-line>: what is chosen from the list beside a text of lines becomes one more line of it. Without scripts the lines are typed.
customElements.define("add-line", class extends HTMLElement {
  #gone;

  connectedCallback() {
    this.#gone = new AbortController();
    this.addEventListener("change", (e) => { if (e.target.matches("select")) this.#add(e.target); }, { signal: this.#gone.signal });
    this.querySelector("[data-choice]").hidden = false;
  }
  disconnectedCallback() { this.#gone.abort(); }
  connectedMoveCallback() {}

  #add(choice) {
    const text = this.querySelector("textarea");
    const lines = text.value.split("\n").map((line) => line.trim()).filter(Boolean);
    if (choice.value && !lines.includes(choice.value)) {
      text.value = [...lines, choice.value].join("\n");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    choice.value = "";
  }
});
