// Plays the turn by keyboard and without scripts, then looks at every page the turn has filled.
import { openBrowser, startStudio, Tally } from "./server.mjs";
import { byKeyboard, withoutScripts } from "./journey.mjs";
import { everyPage } from "./pages.mjs";

const tally = new Tally();
const browser = await openBrowser();
const studio = await startStudio();
const second = await startStudio();
try {
  await withoutScripts(browser, second, tally);
  const made = await byKeyboard(browser, studio, tally);
  if (made) await everyPage(browser, studio, made, tally);
} catch (error) {
  tally.check("the run", error.stack);
} finally {
  await browser.close();
  await Promise.all([studio.stop(), second.stop()]);
}
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed ? 1 : 0;
