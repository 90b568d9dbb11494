// The page in Chromium: node tests/page/page.mjs PICTURES, the folder for screenshots.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { answers, ask, calibrations, reports } from "./cases.mjs";
import { bytes, hostile, joulegram } from "./command_line.mjs";
import { finish, holds, same, test } from "./harness.mjs";
import { answered, dist, launch, open, ready, serve, visiting } from "./site.mjs";

const pictures = resolve(process.argv[2]);
const site = await serve();
const browser = await launch();

const on = visiting(browser, site);
const sentence = (page) => page.locator("#sentence").innerText();

await test("the first screen shows a whole answer with its range, and complains about nothing", () =>
  on(site.address, async ({ page, complaints, requests }) => {
    const text = await sentence(page);
    holds(/\d/.test(text) && text.length > 40, text);
    await ready(page);
    holds(requests.some((url) => url.endsWith(".wasm")), "no module was asked for");
    same(complaints.join("\n"), "", "complaints");
  }));

await test("every scenario and model of the fixtures gets the command line's JSON to the bit in Chromium", () =>
  on(site.address, async ({ page }) => {
    const cases = [...answers(), ...reports(), ...calibrations()];
    // Bytes cross as base64.
    const plain = JSON.stringify(cases, (_, value) =>
      value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") } : value);
    const { asked, wrong } = await page.evaluate(async ({ plain }) => {
      const at = (path) => new URL(path, document.baseURI);
      const load = async (name) => {
        const module = await import(at(`wasm/${name}.js`));
        await module.default({ module_or_path: at(`wasm/${name}_bg.wasm`) });
        return module;
      };
      const modules = { joulegram: await load("joulegram"), workshop: await load("workshop") };
      const cases = JSON.parse(plain, (_, value) =>
        value?.base64 === undefined ? value : Uint8Array.from(atob(value.base64), (sign) => sign.charCodeAt(0)));
      return globalThis.ask(modules, cases);
    }, { plain });
    holds(asked > 210, `only ${asked} questions`);
    same(JSON.stringify(wrong.slice(0, 3), null, 1), "[]", `${wrong.length} of ${asked} answers`);
    console.log(`  ${asked} answers`);
  }, { before: `globalThis.ask = ${ask};` }));

await test("it works after the network is off and the page is loaded anew", () =>
  on(site.address, async ({ page, context }) => {
    const before = await sentence(page);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(() => navigator.serviceWorker.controller);
    await context.setOffline(true);
    await page.reload();
    await answered(page);
    same(await sentence(page), before, "sentence");
    await page.goto(`${site.address}?from=somewhere`);
    await answered(page);
    same(await sentence(page), before, "sentence at another address");
  }));

await test("the single file works from the disk", () =>
  on(pathToFileURL(join(dist, "joulegram.html")).href, async ({ page, complaints, requests }) => {
    const own = await sentence(page);
    same(complaints.join("\n"), "", "complaints");
    same(requests.filter((url) => !/^(data|blob):/.test(url)).length, 1, "requests");
    await on(site.address, async ({ page: served }) => same(own, await sentence(served), "sentence"));
  }, { offline: true }));

for (const [name, options] of [
  ["light", { colorScheme: "light", viewport: { width: 1280, height: 900 } }],
  ["dark", { colorScheme: "dark", viewport: { width: 1280, height: 900 } }],
  ["narrow", { viewport: { width: 320, height: 900 } }],
  ["print", { viewport: { width: 1000, height: 1400 } }],
]) {
  await test(`nothing is wider than the ${name} page; its picture is taken`, () =>
    on(site.address, async ({ page }) => {
      if (name === "print") await page.emulateMedia({ media: "print" });
      await page.waitForTimeout(500);
      await page.screenshot({ path: join(pictures, `page-${name}.png`), fullPage: name === "print" || name === "narrow" });
      const { scroll, client } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth }));
      holds(scroll <= client, `${scroll} px in ${client} px`);
    }, options));
}

await test("the scenario, the answer and the table that the page saves are those of the command line", () =>
  on(site.address, async ({ page }) => {
    const folder = mkdtempSync(join(tmpdir(), "joulegram-"));
    const saved = async (out) => {
      const [download] = await Promise.all([page.waitForEvent("download"), page.evaluate((out) => document.querySelector(`[data-out=${out}]`).click(), out)]);
      const path = join(folder, `${out}.file`);
      await download.saveAs(path);
      return readFileSync(path, "utf8");
    };
    writeFileSync(join(folder, "scenario.json"), await saved("scenario"));
    for (const [out, format] of [["json", "json"], ["csv", "csv"]]) {
      same(await saved(out), joulegram(".", "estimate", join(folder, "scenario.json"), "--format", format).text, out);
    }
    rmSync(folder, { recursive: true });
  }));

/** Gives the page a file, as if it was chosen. */
const give = (page, name, body) => page.locator("#model-file").setInputFiles({ name, mimeType: "application/octet-stream", buffer: Buffer.from(body) });
const problem = async (page) => {
  await page.waitForFunction(() => !document.querySelector("#problems").hidden, undefined, { timeout: 10_000 });
  return page.locator("#problems").innerText();
};

await test("a model that is given is answered", () =>
  on(site.address, async ({ page }) => {
    const before = await sentence(page);
    await give(page, "mine.tflite", bytes("fixtures/models/vww.tflite"));
    await page.waitForFunction((before) => document.querySelector("#sentence").innerText !== before, before);
    await answered(page);
    holds(await page.locator("#problems").isHidden(), "problems");
  }));

await test("each hostile file gets a sentence or an answer, and the page goes on", () =>
  on(site.address, async ({ page, complaints }) => {
    await page.evaluate(() => document.querySelectorAll("details").forEach((drawer) => { drawer.open = true; }));
    let told = 0;
    const files = ["tflite_reader", "engine", "scenario"].flatMap(hostile);
    for (const { name, bytes } of files) {
      await give(page, name, bytes);
      // The name or the fault comes at once; an answer shortly after.
      await page.waitForTimeout(60);
      told += await page.locator("#problems").isVisible() || await page.locator("[aria-invalid=true]").count() > 0;
    }
    holds(told > 10, `only ${told} of ${files.length} were told`);
    await give(page, "good.tflite", bytes("fixtures/models/kws.tflite"));
    await page.waitForFunction(() => document.querySelector("#problems").hidden);
    await answered(page);
    same(complaints.join("\n"), "", "complaints");
    console.log(`  ${files.length} files, ${told} sentences`);
  }));

await test("a file of 300 MB and one of another type get a sentence", () =>
  on(site.address, async ({ page, context }) => {
    await give(page, "picture.png", [137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13]);
    holds((await problem(page)).includes("not a TensorFlow Lite model"), await problem(page));
    const large = join(pictures, "300-megabytes.tflite");
    writeFileSync(large, new Uint8Array(300e6));
    await page.locator("#model-file").setInputFiles(large);
    await page.waitForFunction(() => /300|MB/.test(document.querySelector("#problems").innerText), undefined, { timeout: 20_000 });
    await give(page, "good.tflite", bytes("fixtures/models/kws.tflite"));
    await page.waitForFunction(() => document.querySelector("#problems").hidden);
    rmSync(large);
  }));

await test("links that were tampered with, and huge ones, get a sentence", async () => {
  const link = (patch) => `#1.${Buffer.from(JSON.stringify(patch)).toString("base64url")}`;
  for (const [name, fragment] of [
    ["no base64", "#1.%%%"],
    ["no JSON", `#1.${Buffer.from("{").toString("base64url")}`],
    ["another version", "#9.e30"],
    ["an unknown field", link({ fields: 1 })],
    ["a number out of its limits", link({ site: { pue: 0.5 } })],
    ["a text for a number", link({ inference: { bottom_up: { inferences: "many" } } })],
    ["a megabyte", link({ name: "x".repeat(1e6) })],
    ["deep", `#1.${Buffer.from('{"a":'.repeat(5000)).toString("base64url")}`],
  ]) {
    const { context, page, complaints } = await open(browser);
    try {
      await page.goto(site.address + fragment);
      await page.waitForFunction(() => !document.querySelector("#problems").hidden || performance.getEntriesByName("answered").length > 0);
      if (name !== "a megabyte") holds(await page.locator("#problems").isVisible(), `${name}: no sentence`);
      same(complaints.join("\n"), "", name);
    } finally {
      await context.close();
    }
  }
});

await browser.close();
site.close();
finish();
