// Every page of the studio, light and dark, in English and Chinese, wide and narrow. Routes come from docs/routes.md, so
// a new page is looked at or fails here; the examples come from what the journey made and from a project full of words
// that cannot be broken.
import { connectsEvery } from "./backends.mjs";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const ROOT = new URL("../../", import.meta.url);
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];
const WIDE = { width: 1360, height: 900 }, NARROW = { width: 390, height: 844 };
// Answers that are no pages; the set-up link is used up by the journey, which stood on that page; nobody here lost a password,
// and no platform sends anybody back.
const NO_PAGE = [/^\/api\//, /^\/static\//, /^\/live/, /^\/media\//, /^\/deliveries\//, /\.csv$/, /\/(export|package|file)$/, /^\/settings\/backups\/./, /^\/settings\/backends\/new$/, /^\/setup\//, /^\/review\/.*\/media\//, /^\/reset\//, /^\/channels\/callback$/, /^\/(openapi|metrics|health)/];
// Other views of a page, and pages whose address the table may list later.
const VIEWS = ["/projects/{project}/performance", "/projects/{project}/playbook", "/plays/{play}", "/slates/{slate}",
  "/projects/{project}/imports", "/imports/{import}", "/experiments/{experiment}", "/settings/backends/new?kind=openai", "/settings/backends/new?kind=comfyui", "/projects/{project}/runs/new?medium=image&variant={variant}",
  "/projects/{project}/runs/new?medium=video&variant={variant}", "/projects/{project}/ideas?view=list", "/projects/{project}/ideas?view=list&state=dropped",
  "/projects/{project}/calendar?view=list", "/projects/{project}/calendar?view=week", "/projects/{project}/calendar?view=day",
  "/projects/{project}/channels/new?kind=webhook", "/projects/{project}/channels/new?kind=bluesky", "/projects/{project}/channels/new?kind=mastodon", "/projects/{project}/channels/new?kind=youtube", "/projects/{project}/runs/new?purpose=ideas",
  "/projects/{project}/performance?by=variants", "/projects/{project}/performance?by=channels",
  "/projects/{project}/experiments/new?piece={piece}", "/projects/{project}/curate?view=approved", "/projects/{project}/curate?view=grid", "/projects/{project}/side?v={variant}&original=1"];
const word = (length, seed) => Array.from({ length }, (_, at) => "abcdefghijklmnopqrstuvwxyz"[(at * 7 + seed) % 26]).join("");

async function routes() {
  const table = await readFile(new URL("docs/routes.md", ROOT), "utf8");
  const found = [...table.matchAll(/^\| GET \| `([^`]+)`/gm)].map(([, path]) => path);
  return [...new Set([...found.filter((path) => !NO_PAGE.some((pattern) => pattern.test(path))), ...VIEWS])];
}

async function keysOfWords() {
  const folder = new URL("locales/en/", ROOT), keys = new Set();
  for (const file of await readdir(folder)) {
    for (const [, key] of (await readFile(new URL(file, folder), "utf8")).matchAll(/^([a-z][\w-]*) *=/gm)) keys.add(key);
  }
  return keys;
}

// Forms sent as the studio's own pages send them; the answer is where the studio leads afterwards.
class Sender {
  constructor(context, url) { this.context = context; this.url = url; }
  async post(path, form) {
    const answer = await this.context.request.post(this.url + path, { form, maxRedirects: 0, headers: { "Sec-Fetch-Site": "same-origin", Origin: this.url } });
    if (answer.status() !== 303) {
      const why = (await answer.text()).match(/role="alert">(.*?)<\/div>/s)?.[1].replace(/(<[^>]*>|\s)+/g, " ") ?? "";
      throw new Error(`POST ${path} answered ${answer.status()} ${why}`);
    }
    return new URL(answer.headers().location, this.url).pathname;
  }
  async firstLink(path, pattern) {
    const html = await (await this.context.request.get(this.url + path)).text();
    return html.match(pattern)?.[1];
  }
}

// A service of models that nobody answers for; the page shows that the test failed.
const BACKEND = { kind: "openai", name: "A model here", "settings.base_url": "http://127.0.0.1:9/v1", "settings.model": "a-model", "settings.embedding_model": "an-embedder", "settings.currency": "USD", "settings.timeout": "10" };

/** Ids the journey met only in passing, and a file of numbers. */
async function examples(context, studio, made) {
  const send = new Sender(context, studio.url), project = `/projects/${made.project}`;
  made.channel = await send.firstLink(`${project}/channels`, /\/channels\/([\w-]+)\/edit/);
  made.prompt = await send.firstLink(`${project}/prompts`, /\/prompts\/((?!new)[\w-]+)"/);
  made.run = made.variantsRun;
  made.member = await send.firstLink("/members", /\/members\/((?!invitations)[\w-]+)"/);
  // Links are shown once, on the page that follows.
  await send.post("/members/invitations", { email: "hong@studio.example", role: "maker", projects: made.project });
  made.token = await send.firstLink("/members/invitations", /\/invitations\/([\w-]{20,})/);
  const draft = await send.firstLink(`${project}/guests/new`, /name="id" value="([\w-]+)"/);
  await send.post(`${project}/guests`, { name: "Hong", decides: "1", days: "7", id: draft });
  made.guest = await send.firstLink(`${project}/guests`, /\/review\/([\w-]{40,})/);
  const csv = "test,headline,impressions,clicks\nt1,The red face never lies,1000,40\nt1,Who lies under the white face,1000,61\nt1,,10,90\n";
  const upload = await context.request.post(`${studio.url}${project}/imports`, { maxRedirects: 0,
    headers: { "Sec-Fetch-Site": "same-origin", Origin: studio.url },
    multipart: { kind: "headline-tests", file: { name: "headlines.csv", mimeType: "text/csv", buffer: Buffer.from(csv) } } });
  if (upload.status() === 303) made.import = upload.headers().location.split("/").pop();
  made.batch = (await send.post(`${project}/batches`, { name: "Two nights", idea: made.idea, locale: "en", count: "1", backend: "sketch" })).split("/").pop();
  await send.post(`${project}/parts`, { name: "voice", text: "Short sentences.", note: "" });
  made.part = await send.firstLink(`${project}/parts`, /\/parts\/((?!new)[\w-]+)"/);
  await send.post(`/prompts/${made.prompt}/versions`, { template: "{{ count }} ideas about {{ niche }}", note: "shorter", model: "", temperature: "", max_tokens: "", label: "" });
  await send.post(`/prompts/${made.prompt}/fixtures`, { name: "Two nights", locale: "en" });
  made.fixture = await send.firstLink(`/prompts/${made.prompt}`, /\/fixtures\/((?!new)[\w-]+)"/);
  made.trial = (await send.post(`/prompts/${made.prompt}/trials`, { a: "1", b: "2", fixture: made.fixture, backend: "sketch", count: "1" })).split("/").pop();
  await send.post(`${project}/slots`, { channel: made.channel, day: "MO", time: "19:30", zone: "", queue: "shorts", rule: "", starts_on: "" });
  await send.post("/settings/backends", BACKEND);
  made.backend = await send.firstLink("/settings/backends", /\/settings\/backends\/((?!new)[\w-]+)"/);
  return made;
}

/** A project whose every text is one word as long as its field allows, three hundred letters at most. */
async function unbroken(context, studio) {
  const send = new Sender(context, studio.url);
  await send.post("/projects", { version: "0", name: word(80, 1), niche: word(200, 2), perspective: word(300, 3), audience: word(300, 4),
    style_guide: word(300, 5), stance: "crafted", locale: "en", zone: "Asia/Shanghai", markets: "" });
  const project = await send.firstLink("/projects", new RegExp(`/projects/([\\w-]+)[^<]*">[^<]*${word(80, 1)}`));
  if (!project) throw new Error("the project of long words is not listed");
  const made = { project }, base = `/projects/${project}`;
  const text = (n) => ({ title: word(200, n), hook: word(300, n + 1), angle: word(300, n + 2), why_now: word(300, n + 3), locale: "en" });
  await send.post(`${base}/ideas`, text(6));
  made.idea = await send.firstLink(`${base}/ideas`, /\/ideas\/((?!new)[\w-]+)"/);
  await send.post(`/ideas/${made.idea}/state`, { to: "shortlisted", back: "" });
  await send.post(`${base}/runs`, { purpose: "variants", idea: made.idea, locale: "en", count: "3", backend: "sketch" });
  made.run = await send.firstLink(`${base}/runs`, /\/runs\/((?!new)[\w-]+)"/);
  await send.post(`${base}/channels`, { kind: "simulator", name: word(80, 9), locale: "en", zone: "Asia/Shanghai", max_late_minutes: "60" });
  made.channel = await send.firstLink(`${base}/channels`, /\/channels\/([\w-]+)\/edit/);
  made.batch = (await send.post(`${base}/batches`, { name: word(120, 20), idea: made.idea, locale: "en", count: "1", backend: "sketch" })).split("/").pop();
  await send.post(`${base}/playbook`, { sentence: word(300, 10), locale: "" });
  made.play = await send.firstLink(`${base}/playbook`, /\/plays\/([\w-]+)"/);
  await send.post(`${base}/prompts`, { name: word(80, 11), purpose: "ideas", template: word(300, 12), note: word(200, 13), model: "", temperature: "", max_tokens: "" });
  made.prompt = await send.firstLink(`${base}/prompts`, /\/prompts\/((?!new)[\w-]+)"/);
  await send.post(`${base}/slots`, { channel: made.channel, day: "MO", time: "19:30", zone: "", queue: word(60, 21), rule: "", starts_on: "" });
  const page = await context.newPage();
  await page.goto(`${studio.url}/runs/${made.run}`);
  await page.waitForFunction(() => document.querySelectorAll("ol.works li").length >= 3, null, { timeout: 60000 });
  made.variant = (await page.locator("ol.works a").first().getAttribute("href")).split("/").pop();
  await page.close();
  const edit = { version: await send.firstLink(`/variants/${made.variant}`, /name="version" value="(\d+)"/), title: word(200, 14), hook: word(300, 15),
    body: word(300, 16), script: word(300, 16), caption: word(300, 17), tags: word(80, 18), cta: word(100, 19), locale: "en" };
  await send.post(`/variants/${made.variant}`, edit);
  made.piece = await send.firstLink(`/variants/${made.variant}`, /\/pieces\/([\w-]+)\/variants/);
  await send.post(`/variants/${made.variant}/approval`, { back: "bench" });
  await send.post(`/variants/${made.variant}/publications`, { channel: made.channel, date: "2030-01-01", time: "10:00", zone: "Asia/Shanghai", fold: "first" })
    .then((path) => { if (/publications\/./.test(path)) made.publication = path.split("/").pop(); });
  made.publication ??= await send.firstLink(`${base}/publications`, /\/publications\/([\w-]+)"/);
  return made;
}

/** A member's language is a setting of the profile. */
async function speak(context, studio, language) {
  const send = new Sender(context, studio.url), version = await send.firstLink("/profile", /name="version" value="(\d+)"/);
  await send.post("/profile", { version, name: "Lin Wei", locale: language, zone: "Asia/Shanghai", theme: "auto", keys: "on" });
}

// A guest's token is none of an invitation.
const fill = (route, made) => route.replace("/review/{token}", "/review/{guest}").replace(/\{(\w+)\}/g, (whole, noun) => made[noun] ?? whole);

/** What the page itself says against it, without axe. Runs in the page. */
function troubles(keys) {
  const known = new Set(keys), root = document.documentElement, found = [];
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.querySelectorAll("main *, nav *")].filter((el) => el.getBoundingClientRect().right > root.clientWidth + 1).at(-1);
    found.push(`scrolls sideways by ${root.scrollWidth - root.clientWidth} px${wide ? ` (${wide.tagName.toLowerCase()}.${wide.className})` : ""}`);
  }
  const attributes = [...document.querySelectorAll("[title],[aria-label],[placeholder],[alt]")]
    .flatMap((el) => ["title", "aria-label", "placeholder", "alt"].map((name) => el.getAttribute(name) ?? ""));
  const shown = [document.body.innerText, document.title, ...attributes].join("\n");
  const bare = [...new Set(shown.match(/\b[a-z]+(?:-[a-z_]+){1,}\b/g) ?? [])].filter((key) => known.has(key));
  if (bare.length) found.push(`shows keys instead of words: ${bare.join(", ")}`);
  return found;
}

class Looker {
  constructor(page, keys, tally) { this.page = page; this.keys = keys; this.tally = tally; this.heard = []; }
  async listen() {
    await this.page.exposeFunction("heardViolation", (text) => this.heard.push(text));
    await this.page.addInitScript(() => document.addEventListener("securitypolicyviolation", (e) =>
      globalThis.heardViolation(`CSP ${e.violatedDirective} ${e.blockedURI}`)));
    this.page.on("console", (message) => { if (message.type() === "error") this.heard.push(`console: ${message.text()}`); });
    this.page.on("pageerror", (error) => this.heard.push(`script: ${error.message}`));
  }
  async axe() {
    await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ["violations"] }), TAGS);
    // Turbo marks the whole document as busy while a refresh is under way; the page is not at fault.
    const own = violations.filter(({ id, nodes }) => !(id === "aria-allowed-attr" && nodes.every((node) => node.target.join() === "html")));
    return own.filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `axe ${id}: ${nodes.slice(0, 2).map((node) => node.target.join(" ")).join(" | ")}${nodes.length > 2 ? ` and ${nodes.length - 2} more` : ""}`);
  }
  async look(name, url, how) {
    await this.seen(name, url, how).catch((error) => this.tally.check(name, error.message.split("\n")[0]));
  }
  async seen(name, url, { axe, shots }) {
    this.heard.length = 0;
    await this.page.setViewportSize(WIDE);
    const answer = await this.page.goto(url, { waitUntil: "load" });
    if (answer.status() >= 400) { this.tally.check(name, `answered ${answer.status()}`); return; }
    for (const size of [WIDE, NARROW]) {
      await this.page.setViewportSize(size);
      const label = `${name} ${size.width}`;
      const found = await this.page.evaluate(troubles, this.keys);
      if (axe) found.push(...await this.axe());
      if (shots) await this.page.screenshot({ path: `${shots}/${label.replace(/[^\w.]+/g, "_")}.png`, fullPage: true });
      this.tally.check(label, found.join("; "));
    }
    this.tally.check(`${name} quiet`, this.heard.join("; "));
  }
}

/** Looks at every page in every dress; `made` is what the journey made. */
export async function everyPage(browser, studio, made, service, tally) {
  const keys = [...await keysOfWords()], pages = await routes(), shots = process.env.SHOTS;
  const first = await browser.newContext({ storageState: made.state });
  await examples(first, studio, made).catch((error) => tally.check("examples for the pages", error.message));
  await connectsEvery(first, studio, service, made, tally);
  const long = await unbroken(first, studio).catch((error) => { tally.check("a project of unbroken words", error.message); return null; });
  await first.close();
  for (const language of ["en", "zh-Hans"]) for (const theme of ["light", "dark"]) {
    const context = await browser.newContext({ storageState: made.state, colorScheme: theme, viewport: WIDE, timezoneId: "Asia/Shanghai", reducedMotion: "reduce" });
    await speak(context, studio, language);
    const looker = new Looker(await context.newPage(), keys, tally);
    await looker.listen();
    for (const route of pages) {
      const path = fill(route, made), name = `${language} ${theme} ${route}`;
      if (path.includes("{")) { if (theme === "light" && language === "en") tally.check(name, "no example for this page"); continue; }
      await looker.look(name, studio.url + path, { axe: true, shots });
    }
    if (long && theme === "light") {
      for (const route of pages.filter((page) => !fill(page, long).includes("{") && page.includes("{"))) {
        await looker.look(`${language} unbroken ${route}`, studio.url + fill(route, long), { axe: false, shots });
      }
    }
    await context.close();
  }
  const stranger = await browser.newContext({ viewport: WIDE });
  const looker = new Looker(await stranger.newPage(), keys, tally);
  await looker.listen();
  await looker.look("stranger /login", `${studio.url}/login`, { axe: true, shots });
  await stranger.close();
}
