// The law for keys, shared by every element that takes them. Single keys never fire in a field, with a modifier, while
// a word is being composed or behind a dialog, and the person can switch them off (WCAG 2.1.4).
globalThis.troupe = {
  takes(event) {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (document.documentElement.dataset.keys === "off") return false;
    if (document.querySelector("dialog:modal")) return false;
    const at = event.composedPath()[0];
    return !(at instanceof Element && at.closest("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable=true]"));
  },
  // Presses what a person could have clicked, so that mouse, keyboard and a page without scripts walk one path.
  press(root, key) {
    const it = [...root.querySelectorAll("[data-key]")].find((el) => el.dataset.key === key);
    if (!it || it.disabled || it.getAttribute("aria-disabled") === "true") return false;
    it.click();
    return true;
  },
  say(text) {
    if (text) dispatchEvent(new CustomEvent("studio:say", { detail: text }));
  },
};
