// Connects every kind of backend as an owner does, by its form, to a stand-in on the loopback, and makes a picture by page.
import { createServer } from "node:http";

/** Answers what the test buttons ask, whichever service is meant, and draws one picture. */
export async function startService() {
  const body = { data: [{ id: "small" }], models: [{ name: "models/small" }], code: 0, system: { comfyui_version: "0" }, type: "user", items: [], total: 0 };
  const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==";
  const server = createServer((asked, answer) => {
    asked.resume().on("end", () => {
      const path = asked.url ?? "";
      const said = path.includes("sd-models") ? [{ title: "small" }]
        : path.includes("/images/generations") ? { data: [{ b64_json: pixel }] }
        : path.includes("/requests/") ? { detail: "no such request" } : body;
      answer.writeHead(path.includes("/requests/") ? 404 : 200, { "content-type": "application/json" });
      answer.end(JSON.stringify(said));
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { target: `127.0.0.1:${server.address().port}`, stop: () => new Promise((done) => server.close(done)) };
}

// What a newcomer types beside the name, the key and the address, kind by kind.
const GRAPH = JSON.stringify({ 3: { class_type: "KSampler", inputs: { seed: 1 } }, 6: { class_type: "CLIPTextEncode", inputs: { text: "" } } });
const TYPED = {
  openai: { model: "small", image_model: "small" }, anthropic: { model: "small" }, gemini: { model: "small" },
  comfyui: { graph: GRAPH, prompt_path: "6.inputs.text", seed_path: "3.inputs.seed" },
};
const PATHS = { openai: "/v1", anthropic: "/v1", gemini: "/v1beta", replicate: "/v1", ark: "/api/v3" };
// Programs on the machine itself are not services; they are there or they are not.
const LOCAL = ["sketch", "espeak", "piper", "preview"];

export async function connectsEvery(context, studio, service, made, tally) {
  const page = await context.newPage();
  await page.goto(`${studio.url}/settings/backends`);
  const hrefs = await page.locator('a.btn[href*="/settings/backends/new?kind="]').evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  const kinds = hrefs.map((href) => new URL(href, studio.url).searchParams.get("kind")).filter((kind) => !LOCAL.includes(kind));
  tally.check("every service can be connected", kinds.length >= 8 ? "" : `only ${kinds}`);
  for (const kind of kinds) {
    try {
      await page.goto(`${studio.url}/settings/backends/new?kind=${kind}`);
      await page.fill("#name", `My ${kind}`);
      await page.locator("form.form details").evaluateAll((all) => all.forEach((one) => { one.open = true; }));
      await page.locator('[name="settings.base_url"]').fill(`http://${service.target}${PATHS[kind] ?? ""}`);
      const secret = page.locator('[name="settings.secret"]');
      if (await secret.count()) {
        await secret.fill("key-1");
        const help = await page.locator('[id="settings.secret-help"] a').count();
        if (kind !== "openai" && kind !== "comfyui") tally.check(`${kind} says where a key comes from`, help ? "" : "no link");
      }
      for (const [name, text] of Object.entries(TYPED[kind] ?? {})) await page.locator(`[name="settings.${name}"]`).fill(text);
      await page.locator("form.form button.primary").click();
      await page.waitForURL(/\/settings\/backends$/);
      const row = page.locator("li", { hasText: `My ${kind}` });
      tally.check(`${kind} answers its test`, (await row.locator(".mark.good").count()) ? "" : `${await row.innerText()} ${await page.locator("main").innerText()}`.slice(0, 400));
    } catch (error) {
      tally.check(`connect ${kind}`, `${error.message.split("\n")[0]} ${(await page.locator(".summary").allInnerTexts()).join(" ")}`);
    }
  }
  try {
    await page.goto(`${studio.url}/projects/${made.project}/runs/new?medium=image&variant=${made.variant}`);
    await page.locator("#backend").selectOption({ label: "My openai" });
    await page.locator("form.form button.primary").click();
    await page.waitForSelector("figure img", { timeout: 20000 });
    await page.locator("figure button").first().click();
    await page.waitForURL(/\/variants\//);
    tally.check("a picture is made and used", (await page.locator(".media img").count()) ? "" : "it is not among the media");
  } catch (error) {
    tally.check("a picture is made and used", error.message.split("\n")[0]);
  }
  await page.close();
}
