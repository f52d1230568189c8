// Clears a desk of a hundred drafts with the keyboard alone, at the pace of a very fast hand, and a few more on a phone.
const LONG = Number(process.env.PATIENCE ?? 30000);
const DRAFTS = 100, PACE = 150, AT_ONCE = 100;

/** Sets a studio up, drafts for it, and clears its desk. */
export async function clearsTheDesk(browser, studio, tally) {
  const context = await browser.newContext({ baseURL: studio.url, locale: "en-US", viewport: { width: 1360, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(LONG);
  try {
    const project = await draft(page, studio);
    const order = await waiting(page, project);
    tally.check("desk: a hundred drafts wait", order.length === DRAFTS ? "" : `${order.length} wait`);
    await clear(context, page, project, order, tally);
    await phone(browser, context, page, studio, project, tally);
  } catch (error) {
    tally.check("desk", `${error.message.split("\n").slice(0, 3).join(" ")} at ${page.url()}`);
    if (process.env.SHOTS) for (const [n, one] of browser.contexts().flatMap((c) => c.pages()).entries()) await one.screenshot({ path: `${process.env.SHOTS}/failed-desk-${n}.png` });
  } finally {
    await context.close();
  }
}

const post = (page, path, fields) => page.evaluate(async ([path, fields]) => {
  const answer = await fetch(path, { method: "POST", body: new URLSearchParams(fields), redirect: "follow" });
  return { status: answer.status, url: answer.url };
}, [path, fields]);

async function draft(page, studio) {
  await page.goto(studio.setup);
  for (const [field, text] of Object.entries({ name: "Lin Wei", studio: "Red Face", email: "lin@studio.example", password: "red faces never lie" })) await page.fill(`#${field}`, text);
  await page.check('input[name="begin"][value="empty"]');
  await page.click("button.primary");
  await page.waitForSelector("#first-turn");
  const project = (await page.locator('a[href*="/projects/"]').first().getAttribute("href")).match(/projects\/([^/]+)/)[1];
  await post(page, `/projects/${project}/ideas`, { title: "Why opera faces are red", hook: "If your face turned red each time you told the truth" });
  await page.goto(`/projects/${project}/ideas`);
  const idea = await page.locator('a[href*="/ideas/"]').evaluateAll((all) => all.map((a) => a.getAttribute("href").match(/\/ideas\/([0-9a-f-]{36})/)?.[1]).find(Boolean));
  for (let made = 0; made < DRAFTS; made += 25) await post(page, `/projects/${project}/runs`, { purpose: "variants", idea, backend: "sketch", count: "25", locale: made % 50 ? "zh-Hans" : "en" });
  for (let tries = 0; tries < 200; tries++) {
    if ((await waiting(page, project)).length >= DRAFTS) return project;
    await page.waitForTimeout(300);
  }
  throw new Error("the drafts did not come");
}

async function waiting(page, project) {
  const ids = [];
  let path = `/projects/${project}/curate?view=grid`;
  while (path) {
    await page.goto(path);
    ids.push(...await page.locator(".grid > li").evaluateAll((all) => all.map((li) => li.id.replace("draft-", ""))));
    path = await page.locator(".pager a").count() ? await page.locator(".pager a").first().getAttribute("href") : null;
  }
  return ids;
}

const lit = (page) => page.locator("desk-card > .lit").getAttribute("data-id");
// How long it took from the key to the next draft, as the page itself saw it.
const watch = (page) => page.evaluate(() => {
  globalThis.lags = [];
  let pressed = 0;
  addEventListener("keydown", (e) => { if ("axc".includes(e.key)) pressed = performance.now(); }, true);
  new MutationObserver(() => { if (pressed) { globalThis.lags.push(performance.now() - pressed); pressed = 0; } })
    .observe(document.querySelector("desk-card"), { childList: true });
});

async function clear(context, page, project, order, tally) {
  const decided = new Map(), lags = [];
  const out = [];
  await page.goto(`/projects/${project}/curate`);
  await watch(page);
  const other = await context.newPage();
  for (let at = 0; at < order.length; at++) {
    const id = order[at];
    if (decided.has(id)) continue;
    const seen = await lit(page).catch(() => null);
    if (seen !== id) { out.push(`${at}: ${seen} instead of ${id}`); break; }
    const key = at % 3 === 1 ? "x" : "a";
    if (key === "x" && at % 2) await page.keyboard.press("2");
    await page.keyboard.press(key);
    decided.set(id, key);
    await page.waitForTimeout(PACE);
    if (at === 10 || at === 50) {
      // Taken back, read again, decided the other way.
      await page.keyboard.press("z");
      await page.waitForFunction((id) => document.querySelector("desk-card > .lit")?.dataset.id === id, id);
      await page.keyboard.press(key === "a" ? "x" : "a");
      decided.set(id, key === "a" ? "x" : "a");
      await page.waitForTimeout(PACE);
    }
    if (at === 30) {
      // The page is loaded again the very moment after a key.
      await page.keyboard.press("a");
      decided.set(order[31], "a");
      lags.push(...await page.evaluate(() => globalThis.lags));
      await page.reload();
      await page.waitForSelector(`desk-card > .lit[data-id="${order[32]}"]`);
      await watch(page);
    }
    if (at === 60) {
      // A second window decides on one that is still to come.
      await other.goto(`/projects/${project}/curate?lit=${order[75]}`);
      await other.keyboard.press("x");
      await other.waitForSelector("#undo [role=status]");
      decided.set(order[75], "x");
      await page.waitForFunction((id) => !document.getElementById(`draft-${id}`), order[75], { timeout: 5000 }).catch(() => {});
    }
  }
  await page.waitForFunction(() => !document.querySelector("desk-card"), null, { timeout: LONG });
  lags.push(...await page.evaluate(() => globalThis.lags ?? []));
  const worst = Math.max(...lags), slow = lags.filter((lag) => lag > AT_ONCE).length;
  console.log(`desk: ${lags.length} decisions, the next draft after ${Math.round(lags.sort((a, b) => a - b)[lags.length >> 1])} ms in the median, ${Math.round(worst)} ms at worst`);
  tally.check("desk: every draft in its order", out[0]);
  tally.check("desk: the next draft never waits", slow ? `${slow} of ${lags.length} took more than ${AT_ONCE} ms, the worst ${Math.round(worst)}` : "");
  const on = async (view) => {
    const ids = [];
    let path = `/projects/${project}/curate?view=${view}`;
    while (path) {
      await page.goto(path);
      ids.push(...await page.locator("main .works > li").evaluateAll((all) => all.map((li) => li.id.replace("draft-", ""))));
      path = await page.locator(".pager a").count() ? await page.locator(".pager a").first().getAttribute("href") : null;
    }
    return ids;
  };
  const approved = new Set(await on("approved")), rejected = new Set(await on("rejected"));
  const wrong = [...decided].filter(([id, key]) => !(key === "a" ? approved : rejected).has(id));
  tally.check("desk: nothing is lost or other than it was decided", wrong.length || decided.size !== DRAFTS ? `${wrong.length} wrong of ${decided.size}` : "");
  await other.close();
}

// A reviewer on a phone: buttons, and a thumb that swipes.
async function phone(browser, context, page, studio, project, tally) {
  await page.goto(`/projects/${project}/curate?view=rejected`);
  const back = await page.locator("main .works > li").evaluateAll((all) => all.slice(0, 8).map((li) => li.id.replace("draft-", "")));
  const small = await browser.newContext({ storageState: await context.storageState(), viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, baseURL: studio.url });
  const phone = await small.newPage();
  phone.setDefaultTimeout(LONG);
  for (const id of back) {
    await page.goto(`/variants/${id}`);
    await page.fill("#hook", `Once more, ${id.slice(-4)}`);
    await page.click("#edit-variant button");
    await page.waitForSelector("[role=status]");
  }
  await phone.goto(`/projects/${project}/curate`);
  const session = await small.newCDPSession(phone);
  let done = 0;
  for (; done < back.length; done++) {
    const id = await lit(phone);
    const box = await phone.locator("desk-card > .lit h2").boundingBox();
    if (done % 4 === 3 && box) {
      const y = Math.min(Math.max(box.y, 200), 600);
      const touch = (type, x) => session.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
      await touch("touchStart", 120);
      for (let x = 140; x <= 300; x += 20) await touch("touchMove", x);
      // The thumb comes to rest before it is lifted: after a fling the browser itself swallows the next tap.
      for (let rest = 0; rest < 6; rest++) { await phone.waitForTimeout(40); await touch("touchMove", 300); }
      await touch("touchEnd", 300);
    } else {
      await phone.locator(`desk-card > .lit .verdict button[data-key="${done % 2 ? "x" : "a"}"]`).tap();
    }
    await phone.waitForFunction((id) => document.querySelector("desk-card > .lit")?.dataset.id !== id, id);
  }
  tally.check("desk: a reviewer clears it on a phone", done === back.length ? "" : `${done} of ${back.length}`);
  await small.close();
}
