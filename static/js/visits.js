// What Turbo leaves to us after a visit: the focus, what failed, and a person who is offline.
Turbo.config.forms.submitter = "aria-disabled";
const words = (name) => document.querySelector(`meta[name="say-${name}"]`)?.content ?? "";
let action, failed = false, saved = null, silence;

// #said is a status line of the layout, permanent across visits, so that a refresh never empties it unread.
const tell = (text) => {
  const line = document.getElementById("said");
  if (!line || !text) return;
  clearTimeout(silence);
  line.textContent = text;
  silence = setTimeout(() => { line.textContent = ""; }, 10000);
};
addEventListener("studio:say", (e) => tell(e.detail));

addEventListener("turbo:visit", (e) => { action = e.detail.action; });
// A form that led back to its own page leaves the focus in the field it was sent from, where letters are typed and no
// keys: it goes to the heading, as on a new page. What is typed in another form meanwhile is left alone.
addEventListener("turbo:load", () => {
  const at = document.activeElement;
  const sentFrom = saved && saved.contains(at) && at.matches("input:not([type=checkbox],[type=radio]),textarea,select");
  if (action === "advance" || sentFrom) document.querySelector("main h1")?.focus({ preventScroll: true });
  saved = null;
});
addEventListener("turbo:submit-end", (e) => {
  failed = !e.detail.success;
  saved = e.detail.success ? e.target : null;
});
addEventListener("turbo:render", () => {
  if (failed) document.querySelector("[aria-invalid=true]")?.focus();
  failed = false;
});
addEventListener("turbo:fetch-request-error", (e) => {
  tell(words("offline"));
  if (e.target.matches?.("form,turbo-frame")) return;      // those keep their content anyway
  e.preventDefault();                                      // else Turbo loads the address for real
  Turbo.navigator.stop();                                  // else the visit counts as running for ever
  document.documentElement.removeAttribute("aria-busy");   // Turbo leaves it set
});
addEventListener("turbo:frame-missing", (e) => { e.preventDefault(); e.detail.visit(e.detail.response); });
