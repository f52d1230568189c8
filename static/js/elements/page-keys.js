// Keys of the whole page: g then a letter goes to a room, / searches, ? lists the keys, a letter presses what carries it.
let going = 0;

const search = () => {
  const field = document.querySelector("main input[type=search]");
  if (field) { field.focus(); field.select(); return true; }
  return go("/");
};
const go = (key) => {
  const link = [...document.querySelectorAll("a[data-go]")].find((a) => a.dataset.go === key);
  link?.click();
  return Boolean(link);
};
const list = () => {
  const keys = document.querySelector("dialog#keys");
  if (!keys) return false;
  // What a letter presses on this page, in the words of its button.
  const seen = new Map();
  for (const el of document.querySelectorAll("main [data-key]")) {
    if (!seen.has(el.dataset.key)) seen.set(el.dataset.key, el.getAttribute("aria-label") ?? el.textContent.replace(el.querySelector("kbd")?.textContent ?? "", ""));
  }
  keys.querySelector("#keys-here").replaceChildren(...[...seen].flatMap(([key, text]) => {
    const name = document.createElement("dt"), words = document.createElement("dd");
    name.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    words.textContent = text.trim().slice(0, 60);
    return [name, words];
  }));
  keys.showModal();
  return true;
};
// Inside a list or on the desk a letter belongs to the row.
const press = (key) => {
  const it = [...document.querySelectorAll("[data-key]")]
    .find((el) => el.dataset.key === key && !el.closest("key-list,desk-card"));
  if (!it || it.disabled || it.getAttribute("aria-disabled") === "true") return false;
  it.click();
  return true;
};

addEventListener("keydown", (e) => {
  if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && !e.isComposing && !e.repeat) {
    const form = document.activeElement?.closest?.("form");
    if (form) { e.preventDefault(); form.requestSubmit(form.querySelector(".primary[type=submit],button.primary") ?? undefined); }
    return;
  }
  if (e.repeat || e.key.length !== 1 || !troupe.takes(e)) return;
  const goes = Date.now() - going < 1500;
  going = 0;
  let taken;
  if (goes) taken = go(e.key);
  else if (e.key === "g") { going = Date.now(); taken = true; }
  else if (e.key === "/") taken = search();
  else if (e.key === "?") taken = list();
  else if (e.key !== " ") taken = press(e.key);
  if (taken) e.preventDefault();
});

document.addEventListener("click", (e) => {
  if (e.target.closest("[data-show-keys]") && list()) e.preventDefault();
  if (e.target.closest("dialog [data-close]")) e.target.closest("dialog").close();
});
