// A studio of its own for each run: the debug binary on a free port of the loopback with a data folder that is thrown
// away. Resolves when the server says that it is ready, with the set-up link from that line.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const BINARY = process.env.TROUPE ?? new URL("../../target/debug/troupe", import.meta.url).pathname;

const freePort = () => new Promise((done, failed) => {
  const asked = createServer().once("error", failed).listen(0, "127.0.0.1", () => {
    const { port } = asked.address();
    asked.close(() => done(port));
  });
});

/** @returns {Promise<{url: string, setup: string, stop: () => Promise<void>}>} */
export async function startStudio(allowed = "127.0.0.1:9") {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "troupe-browser-"));
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(BINARY, ["--data", join(folder, "data"), "--listen", `127.0.0.1:${port}`], {
    env: { ...process.env, TROUPE_PUBLIC_URL: url, TROUPE_ALLOW_PRIVATE: allowed }, stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "", log = "";
  child.stderr.on("data", (text) => { log += text; });
  const ended = new Promise((done) => child.once("exit", done));
  const setup = await new Promise((done, failed) => {
    const late = setTimeout(() => failed(new Error(`no ready line in 30 s:\n${out}${log}`)), 30000);
    child.once("exit", () => failed(new Error(`the server ended early:\n${out}${log}`)));
    child.stdout.on("data", (text) => {
      out += text;
      const link = out.match(/https?:\/\/\S+\/setup\/\S+/);
      if (link) { clearTimeout(late); done(link[0]); }
    });
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return { url, setup, stop };
}

/** The browser with everything switched off that would look beyond the loopback. */
export const openBrowser = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

/** Counts checks; a failed one is printed with its reason and the run goes on. */
export class Tally {
  passed = 0;
  failed = 0;
  check(name, problem) {
    if (problem) { this.failed++; console.log(`FAIL ${name}: ${problem}`); } else this.passed++;
  }
}
