// Plays the turn by keyboard and without scripts, then looks at every page the turn has filled.
import { openBrowser, startStudio, Tally } from "./server.mjs";
import { byKeyboard, withoutScripts } from "./journey.mjs";
import { clearsTheDesk } from "./desk.mjs";
import { everyPage } from "./pages.mjs";
import { startService } from "./backends.mjs";

const tally = new Tally();
const browser = await openBrowser();
const service = await startService();
const studio = await startStudio(`127.0.0.1:9,${service.target}`);
const second = await startStudio(), third = await startStudio();
try {
  await withoutScripts(browser, second, tally);
  await clearsTheDesk(browser, third, tally);
  const made = await byKeyboard(browser, studio, tally);
  if (made) await everyPage(browser, studio, made, service, tally);
} catch (error) {
  tally.check("the run", error.stack);
} finally {
  await browser.close();
  await Promise.all([studio.stop(), second.stop(), third.stop(), service.stop()]);
}
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed ? 1 : 0;
