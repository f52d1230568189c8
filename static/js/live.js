// Keeps the page true while others work: one event stream per browser, at most one refresh a second, never over typed
// text, never during a form, a gesture or a visit. Runs only where the page asks for it with <meta name="live">.
const GAP = 1000, HELLO = 5000, POLL = 5000, RETRY = 10000;
const base = document.querySelector('meta[name="turbo-root"]')?.content.replace(/\/$/, "") ?? "";
const wantsLive = () => document.querySelector('meta[name="live"]')?.content === "on";
let wanted = false, last = 0, timer, sending = 0, gestures = 0, submitted = null;

const changed = (el) => {
  if (el.type === "file") return el.files.length > 0;
  if (el.matches("[type=hidden],[type=submit],button,output,fieldset,object")) return false;
  if (el.matches("[type=checkbox],[type=radio]")) return el.checked !== el.defaultChecked;
  if (el.matches("select")) {
    if (el.multiple) return [...el.options].some((o) => o.selected !== o.defaultSelected);
    return el.selectedIndex !== Math.max(0, [...el.options].findIndex((o) => o.defaultSelected));
  }
  return el.value !== el.defaultValue;
};
const inUse = (form) => [...form.elements].some(changed) ||
  (form.contains(document.activeElement) &&
   document.activeElement.matches("input:not([type=submit]),textarea,select"));
const busy = () => sending > 0 || gestures > 0 || document.hidden || Boolean(Turbo.navigator.currentVisit);

const pump = () => {
  clearTimeout(timer);
  if (!wanted) return;
  const wait = Math.max(last + GAP - Date.now(), busy() ? 100 : 0);
  if (wait > 0) { timer = setTimeout(pump, wait); return; }
  wanted = false;
  last = Date.now();
  Turbo.visit(location.href, { action: "replace", shouldCacheSnapshot: false });
};
const ask = () => { if (wantsLive()) { wanted = true; pump(); } };

addEventListener("turbo:submit-start", (e) => { sending++; submitted = e.target; });
addEventListener("turbo:submit-end", (e) => { sending--; if (e.detail.error) submitted = null; });
addEventListener("turbo:render", () => { submitted = null; });   // not turbo:load: a 422 fires no load
addEventListener("studio:gesture", (e) => { gestures += e.detail; });
document.addEventListener("visibilitychange", pump);

addEventListener("turbo:before-morph-element", (e) => {
  const { target, detail } = e;      // without newElement the node is being removed
  // What just happened stays until its time is over, unless it was taken back with its own button.
  if (!detail.newElement && target.matches("undo-bar:not([hidden])") && !target.contains(submitted)) e.preventDefault();
  if (detail.newElement && target !== submitted && target.matches("form") && inUse(target)) e.preventDefault();
});
addEventListener("turbo:before-morph-attribute", (e) => {
  if (e.detail.attributeName === "open" && e.target.matches("details,dialog")) e.preventDefault();
});

// A job moves its own bar; the page is refreshed only when one starts or ends.
const progress = ({ job, done, of, left }) => {
  for (const bar of document.querySelectorAll(`progress[data-job="${CSS.escape(String(job))}"]`)) {
    bar.max = of || 1;
    bar.value = done;
    const words = bar.parentElement.querySelector("[data-left]");
    if (words && left) words.textContent = left;
  }
};

const heard = ({ kind, data }) => {
  if (kind === "changed") ask();
  else if (kind === "job") try { progress(JSON.parse(data)); } catch { /* a malformed message is no reason to stop */ }
};
const others = "BroadcastChannel" in globalThis ? new BroadcastChannel("studio-live" + base) : null;
if (others) others.onmessage = (e) => heard(e.data);
const pass = (message) => { heard(message); others?.postMessage(message); };

// A proxy that collects whole answers lets nothing of a stream through: without `hello` we ask for a counter instead.
const poll = () => {
  let known = null;
  const look = async () => {
    try {
      const answer = await fetch(`${base}/live/version`, { headers: { Accept: "text/plain" }, cache: "no-store" });
      if (answer.ok && !answer.redirected) {
        const now = (await answer.text()).trim();
        if (known !== null && now !== known) pass({ kind: "changed" });
        known = now;
      }
    } catch { /* offline: the next look tells */ }
  };
  look();
  setInterval(() => { if (others || !document.hidden) look(); }, POLL);
};

const listen = (again = false) => {
  const source = new EventSource(`${base}/live`);
  let greeted = false;
  const deaf = setTimeout(() => { source.close(); poll(); }, HELLO);
  source.addEventListener("hello", () => {
    if (greeted || again) pass({ kind: "changed" });     // what happened in the gap is lost, so look once
    greeted = true;
    clearTimeout(deaf);
  });
  source.addEventListener("changed", (e) => pass({ kind: "changed", data: e.data }));
  source.addEventListener("job", (e) => pass({ kind: "job", data: e.data }));
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) return;   // otherwise the browser tries again itself
    clearTimeout(deaf);
    setTimeout(() => listen(true), RETRY);
  });
};

// One tab leads and passes on what it hears. Locks need a secure context; without them each visible tab listens.
let started = false;
const start = () => {
  if (started || !wantsLive()) return;
  started = true;
  if (navigator.locks && others) {
    const waited = performance.now();
    navigator.locks.request("studio-live" + base, () => new Promise(() => listen(performance.now() - waited > GAP)));
  } else {
    listen();
  }
};
addEventListener("turbo:load", start);
start();
