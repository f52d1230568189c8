// The whole turn as a person plays it: once with nothing but keys, once with scripts switched off.
const LONG = Number(process.env.PATIENCE ?? 30000);
const FOUNDING = { name: "Lin Wei", studio: "Red Face Studio", email: "lin@studio.example", password: "red faces never lie" };
const PERSPECTIVE = "What the painted faces of the opera tell about the people under them.";

const here = (page) => new URL(page.url()).pathname;
const now = (zone) => {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(Date.now());
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
};

// Keys only: what is meant is found by its selector, but it is reached by Tab and pressed by Enter or Space.
class Hands {
  constructor(page) { this.page = page; }
  press(...keys) { return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve()); }
  async reach(selector) {
    await this.page.locator(selector).first().waitFor({ timeout: LONG });
    for (let steps = 0; steps < 400; steps++) {
      if (await this.page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not reach ${selector} on ${here(this.page)}`);
  }
  async fill(selector, text) {
    await this.reach(selector);
    await this.press("ControlOrMeta+a");
    await this.page.keyboard.type(text);
  }
  // Tab reaches the group at its checked option; arrows go round it.
  async choose(name, value) {
    await this.reach(`input[name="${name}"]`);
    for (let steps = 0; steps < 20; steps++) {
      if (await this.page.evaluate((wanted) => document.activeElement.value === wanted, value)) {
        if (!(await this.page.evaluate(() => document.activeElement.checked))) await this.press("Space");
        return;
      }
      await this.press("ArrowDown");
    }
    throw new Error(`the arrows do not reach ${name}=${value}`);
  }
  async select(selector, index) {
    await this.reach(selector);
    await this.press("Home");
    for (let at = 0; at < index; at++) await this.press("ArrowDown");
  }
  // Letters belong to a field while one is in it.
  async leaveField() {
    while (await this.page.evaluate(() => document.activeElement?.matches("input,textarea,select"))) await this.press("Tab");
  }
  async go(end) {
    await this.leaveField();
    const letter = await this.page.locator(`a[data-go][href$="${end}"]`).first().getAttribute("data-go");
    await this.press("g", letter);
    await this.page.waitForURL((url) => url.pathname.endsWith(end), { timeout: LONG });
  }
  // A letter that leads to another page; the address tells that it worked.
  async leads(keys, pattern) {
    await this.press(...keys);
    await this.page.waitForURL((url) => pattern.test(url.pathname), { timeout: LONG });
  }
}

const shows = (page, selector, count = 1) => page.waitForFunction(([wanted, n]) => document.querySelectorAll(wanted).length >= n,
  [selector, count], { timeout: LONG });

/** Plays the turn in English without touching the mouse. @returns what it made: ids by noun, and the session's state */
export async function byKeyboard(browser, studio, tally) {
  const context = await browser.newContext({ locale: "en-US", timezoneId: "Asia/Shanghai", viewport: { width: 1360, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(LONG);
  const hands = new Hands(page), made = {};
  let step = "";
  const turn = [
    ["set up an empty studio", setUp], ["write the perspective", perspective], ["draft twelve ideas", ideas],
    ["shortlist two ideas", shortlist], ["draft variants of an idea", variants], ["approve, reject, undo on the desk", desk],
    ["schedule on the simulator", schedule], ["publish and read invented numbers", numbers], ["open an experiment", experiment],
    ["call the experiment", call], ["breed the next batch", batch], ["accept the batch", accept],
  ];
  try {
    for (const [name, play] of turn) {
      step = name;
      await play(page, hands, made, studio);
      tally.check(`keyboard: ${name}`);
    }
    made.state = await context.storageState();
    return made;
  } catch (error) {
    tally.check(`keyboard: ${step}`, `${error.message.split("\n").slice(0, 3).join(" ")} at ${page.url()}`);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/failed-journey.png` });
    return null;
  } finally {
    await context.close();
  }
}

async function setUp(page, hands, made, studio) {
  await page.goto(studio.setup);
  for (const [field, text] of Object.entries(FOUNDING)) await hands.fill(`#${field}`, text);
  await hands.choose("begin", "empty");
  await hands.reach("button.primary");
  await hands.press("Enter");
  await shows(page, "#first-turn .steps li", 6);
}

async function perspective(page, hands, made) {
  await hands.reach('#first-turn a[href$="/edit"]');
  await hands.leads(["Enter"], /\/projects\/[^/]+\/edit$/);
  made.project = here(page).split("/")[2];
  await hands.fill("#niche", "Beijing opera for people who never saw one");
  await hands.fill("#perspective", PERSPECTIVE);
  await hands.fill("#audience", "Curious people between 18 and 35");
  await hands.press("Control+Enter");
  await shows(page, "#undo [role=status]");
}

async function ideas(page, hands, made) {
  await hands.go("/ideas");
  await hands.press("b");
  await shows(page, "#board section:nth-of-type(1) [data-row]", 12);
}

async function shortlist(page, hands, made) {
  const chosen = "#board section:nth-of-type(2) [data-row]";
  await hands.press("j", "j");
  await page.waitForFunction(() => document.activeElement?.matches("[data-row]"));
  await page.evaluate(() => scrollTo(0, 200));
  const before = await page.evaluate(() => scrollY);
  await hands.press("s");
  await shows(page, chosen, 1);
  if (Math.abs(await page.evaluate(() => scrollY) - before) > 40) throw new Error("the board jumps when an idea leaves the inbox");
  // The next idea of the inbox takes the place of the one that left.
  await page.waitForFunction(() => document.activeElement?.matches("#board section:nth-of-type(1) [data-row]"));
  await hands.press("s");
  await shows(page, chosen, 2);
  made.idea = (await page.locator(chosen).first().getAttribute("id")).replace("idea-", "");
}

async function variants(page, hands, made) {
  await hands.reach(`#idea-${made.idea} [data-key=p]`);
  await hands.leads(["p"], /\/curate$/);
  await shows(page, ".strip li", 6);
  await hands.go("/runs");
  made.variantsRun = (await page.locator("[data-row]").first().getAttribute("id")).replace("run-", "");
}

const lit = (page) => page.locator("article.lit").getAttribute("id");
const another = (page, before) => page.waitForFunction((id) => { const it = document.querySelector("article.lit"); return it && it.id !== id; }, before);

// What is said after a step lies over no button that decides and over no field.
async function uncovered(page) {
  const hidden = await page.evaluate(() => [...document.querySelectorAll(".verdict .btn, main .input")].filter((it) => {
    const { left, top, width, height } = it.getBoundingClientRect();
    return width && document.elementFromPoint(left + width / 2, top + height / 2)?.closest(".undo, .toast");
  }).length);
  if (hidden) throw new Error(`${hidden} controls lie behind what is said`);
}

async function desk(page, hands, made) {
  await hands.go("/curate");
  const approved = [];
  for (let n = 0; n < 2; n++) {
    const before = await lit(page);
    approved.push(before.replace("lit-", ""));
    await hands.press("a");
    await another(page, before);
    await uncovered(page);
  }
  const rejected = await lit(page);
  await hands.press("x");
  await another(page, rejected);
  await shows(page, "#undo [data-key=z]");
  await hands.press("z");
  await shows(page, `.strip #${rejected.replace("lit-", "draft-")}`);
  [made.variant] = approved;
}

async function schedule(page, hands, made) {
  await hands.go("/channels");
  await newChannel(page, hands, made);
  await hands.go("/calendar");
  await hands.reach(`#tray a[href$="/variants/${made.variant}/publications/new"]`);
  await hands.leads(["Enter"], /\/publications\/new$/);
  const names = await page.locator("#channel option").allTextContents();
  await hands.select("#channel", names.findIndex((name) => name.startsWith(made.simulator)));
  const zone = await page.locator("#zone").inputValue(), at = now(zone);
  await hands.reach("#local");
  await page.keyboard.type(`${at.month}${at.day}${at.year}`);
  await hands.reach("#time");
  const hour = Number(at.hour);
  await page.keyboard.type(`${String(hour % 12 || 12).padStart(2, "0")}${at.minute}${hour < 12 ? "AM" : "PM"}`);
  await hands.reach("form.form .actions button:not([name])");
  await hands.press("Enter");
  await page.waitForURL((url) => !url.pathname.endsWith("/new"));
}

async function newChannel(page, hands, made) {
  made.simulator = "Red stage";
  await hands.leads(["n"], /\/channels\/new$/);
  await hands.reach('a[href$="kind=simulator"]');
  await hands.press("Enter");
  await hands.fill("#name", made.simulator);
  await hands.press("Control+Enter");
  await page.waitForURL((url) => url.pathname.endsWith("/channels"));
}

async function numbers(page, hands, made) {
  await hands.go("/calendar");
  await hands.reach('a.slot[href*="/publications/"]');
  await hands.leads(["Enter"], /\/publications\/[^/]+$/);
  made.publication = here(page).split("/")[2];
  await shows(page, "header.page .mark.good, header.page .mark.done");
  await hands.go("/performance");
  const end = Date.now() + LONG;
  while (!(await page.locator("table tr.sim td.n", { hasText: /\d/ }).count())) {
    if (Date.now() > end) throw new Error("no invented numbers");
    await hands.go("/publications");
    await hands.go("/performance");
  }
  const hatched = await page.locator("table tr.sim").first().evaluate((row) => getComputedStyle(row).backgroundImage);
  if (!hatched.includes("gradient")) throw new Error("invented numbers are not hatched");
}

async function experiment(page, hands, made) {
  await hands.go("/experiments");
  await hands.leads(["n"], /\/experiments\/new$/);
  // The only piece needs no choosing.
  await shows(page, "#variants input", 2);
  made.piece = await page.locator("input[name=piece]").first().inputValue();
  await hands.fill("#name", "Which face stops the thumb");
  for (let n = 0; n < 2; n++) {
    const box = `#variants label:nth-of-type(${n + 1}) input`;
    await hands.reach(box);
    if (!(await page.locator(box).isChecked())) await hands.press("Space");
  }
  await hands.choose("assignment", "randomised_here");
  await hands.press("Control+Enter");
  await page.waitForURL((url) => /\/experiments\/(?!new)[^/]+$/.test(url.pathname));
  made.experiment = here(page).split("/")[2];
}

async function call(page, hands) {
  await shows(page, "[data-key=v]");
  await hands.press("v");
  await shows(page, "td.wide svg");
  await hands.reach("#winner");
  const ahead = await page.locator("td.wide").evaluateAll((cells) => cells.findIndex((cell) => cell.closest("tr").classList.contains("on")));
  // The audience may be of two minds; a person may call all the same.
  await hands.select("#winner", Math.max(ahead, 0) + 1);
  await hands.fill("#play", "Open on the red face and ask who lies.");
  await hands.press("Control+Enter");
  await shows(page, "#breed button.primary");
  if (await page.evaluate(() => scrollY)) throw new Error("the call does not lead to the top of the page");
}

async function batch(page, hands, made) {
  await hands.go("/playbook");
  made.play = (await page.locator("[data-row]").first().getAttribute("id")).replace("play-", "");
  await hands.leads(["b"], /\/slates\/[^/]+$/);
  made.slate = here(page).split("/")[2];
  await shows(page, "[data-row]");
}

async function accept(page, hands) {
  const cards = await page.locator("[data-row]").count();
  if (!cards) throw new Error("the batch has no card");
  await hands.press("a");
  await page.waitForFunction(() => !document.querySelector("[data-key=a]"));
  await hands.go("/ideas");
  // Each card becomes an idea whose drafts are asked for at once, beside the idea of the first turn.
  await shows(page, "#board section:nth-of-type(3) .idea", 1 + cards);
}

/** The core of the turn in Chinese with scripts off, by clicking what a page without scripts offers. */
export async function withoutScripts(browser, studio, tally) {
  const context = await browser.newContext({ locale: "zh-CN", timezoneId: "Asia/Shanghai", javaScriptEnabled: false, viewport: { width: 1360, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(LONG);
  const made = {};
  let step = "";
  const turn = [["set up in Chinese", foundInChinese], ["write the perspective", perspectiveByMouse], ["draft ideas", ideasByMouse],
    ["shortlist", shortlistByMouse], ["draft variants", variantsByMouse], ["approve, reject and undo", deskByMouse]];
  try {
    for (const [name, play] of turn) {
      step = name;
      await play(page, made, studio);
      tally.check(`no scripts: ${name}`);
    }
  } catch (error) {
    tally.check(`no scripts: ${step}`, `${error.message.split("\n").slice(0, 3).join(" ")} at ${page.url()}`);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/failed-without-scripts.png` });
  } finally {
    await context.close();
  }
}

// Without scripts nothing refreshes itself: a person reloads until the work is there.
async function untilThere(page, selector, count) {
  const end = Date.now() + LONG;
  while (await page.locator(selector).count() < count) {
    if (Date.now() > end) throw new Error(`no ${count} × ${selector}`);
    await page.reload();
  }
}
const click = (page, selector) => page.locator(selector).first().click();

async function foundInChinese(page, made, studio) {
  await page.goto(studio.setup);
  for (const [field, text] of Object.entries({ ...FOUNDING, name: "林薇", studio: "红脸工作室" })) await page.fill(`#${field}`, text);
  await page.check('input[name=locale][value="zh-Hans"]');
  await page.check("input[name=begin][value=empty]");
  await click(page, "button.primary");
  await page.waitForSelector("html[lang^=zh] #first-turn");
}
async function perspectiveByMouse(page, made) {
  await click(page, '#first-turn a[href$="/edit"]');
  made.project = here(page).split("/")[2];
  await page.fill("#perspective", "从脸谱看人：每一种颜色都在说一句真话。");
  await click(page, "form.form button.primary");
  await page.waitForSelector("#undo [role=status]");
}
async function ideasByMouse(page, made) {
  await page.goto(new URL(`/projects/${made.project}/ideas`, page.url()).href);
  await click(page, "button[form=lenses]");
  await untilThere(page, "#board [data-row]", 12);
}
async function shortlistByMouse(page, made) {
  await click(page, "#board [data-key=s]");
  await page.waitForSelector("#board section:nth-of-type(2) [data-row]");
}
async function variantsByMouse(page) {
  await click(page, "#board section:nth-of-type(2) [data-key=p]");
  await untilThere(page, ".strip li", 6);
}
async function deskByMouse(page) {
  const first = await lit(page);
  await click(page, ".verdict [data-key=a]");
  await page.waitForSelector(`article.lit:not(#${first})`);
  const second = await lit(page);
  await click(page, ".verdict [data-key=x]");
  await page.waitForSelector(`article.lit:not(#${second})`);
  await click(page, "#undo [data-key=z]");
  await page.waitForSelector(`.strip #${second.replace("lit-", "draft-")}`);
}
