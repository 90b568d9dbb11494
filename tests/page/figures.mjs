// Bytes of the page, held to their limits; times and ratios, printed: node tests/page/figures.mjs
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { bytes } from "./command_line.mjs";
import { finish, holds, test } from "./harness.mjs";
import { answered, dist, launch, open, ready, serve } from "./site.mjs";

/**
 * Limits in bytes, of Brotli's best where what is loaded is meant. They hold what was reached; the aim is 150 KiB for the first
 * answer, 110 KiB of it the module.
 */
const limits = JSON.parse(readFileSync(new URL("limits.json", import.meta.url), "utf8"));

const site = await serve();
const browser = await launch();
const brotli = (body) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
const gzip = (body) => gzipSync(body, { level: 9 }).length;
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const atMost = (bytes, limit, what) => holds(bytes <= limit, `${what}: ${bytes} of at most ${limit} bytes`);

await test("what is loaded for the first answer keeps its limit", async () => {
  // Without the service worker, which fetches all of it again, to keep.
  const { context, page, requests } = await open(browser, { serviceWorkers: "block" });
  await page.goto(site.address);
  // Not only until the answer stands: until nothing more is loaded.
  await ready(page);
  const names = [...new Set(requests)].map((url) => new URL(url).pathname.replace(/^\/some\/path\//, "") || "index.html");
  await context.close();
  const sizes = names.map((name) => {
    const body = readFileSync(join(dist, name));
    return { name, raw: body.length, gzip: gzip(body), brotli: brotli(body) };
  });
  for (const { name, raw, gzip, brotli } of sizes) console.log(`  ${name}: ${raw} bytes, gzip ${gzip}, brotli ${brotli}`);
  const sum = (key, of = sizes) => of.reduce((sum, size) => sum + size[key], 0);
  const modules = sizes.filter(({ name }) => name.endsWith(".wasm"));
  holds(modules.length > 0, "no module was asked for");
  console.log(`  first answer: brotli ${kib(sum("brotli"))}, gzip ${kib(sum("gzip"))}; of it wasm: brotli ${kib(sum("brotli", modules))}, gzip ${kib(sum("gzip", modules))}`);
  atMost(sum("brotli"), limits.first_answer, "all");
  atMost(sum("brotli", modules), limits.module, "wasm");
});
await test("the single file keeps its limit", () => {
  const { size } = statSync(join(dist, "joulegram.html"));
  console.log(`  joulegram.html: ${kib(size)}`);
  atMost(size, limits.single_file, "joulegram.html");
});

await test("the time from navigation to the first answer is known", async () => {
  const times = { answered: [], ready: [] };
  for (let visit = 0; visit < 20; visit += 1) {
    const { context, page } = await open(browser);
    await page.goto(site.address);
    await ready(page);
    for (const [mark, list] of Object.entries(times)) {
      list.push(await page.evaluate((mark) => performance.getEntriesByName(mark)[0].startTime, mark));
    }
    await context.close();
  }
  for (const [mark, list] of Object.entries(times)) {
    console.log(`  ${mark} after ${median(list).toFixed(0)} ms (median of 20, ${Math.min(...list).toFixed(0)} to ${Math.max(...list).toFixed(0)})`);
  }
});
await test("the time of an answer with its 10,000 draws is known", async () => {
  const { context, page } = await open(browser);
  await page.goto(site.address);
  await ready(page);
  await page.waitForTimeout(1000);
  const times = [];
  for (let key = 0; key < 20; key += 1) {
    times.push(await page.evaluate(async (key) => {
      const field = document.querySelector("#per-day");
      const before = performance.getEntriesByName("answered").length;
      const start = performance.now();
      field.value = String(1000 + key);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      const typed = performance.now() - start;
      while (performance.getEntriesByName("answered").length === before) await new Promise((next) => { setTimeout(next, 1); });
      return { typed, shown: performance.now() - start };
    }, key));
  }
  await context.close();
  console.log(`  a key press: ${median(times.map(({ typed }) => typed)).toFixed(1)} ms on the page, ${median(times.map(({ shown }) => shown)).toFixed(0)} ms to the new answer (medians of 20)`);
});
await test("simd128 against the plain loops is known", async () => {
  const { context, page } = await open(browser);
  await page.goto(site.address);
  await answered(page);
  for (const name of ["kws", "vww", "ic", "ad"]) {
    const model = Buffer.from(bytes(`fixtures/models/${name}.tflite`)).toString("base64");
    const seconds = await page.evaluate(async ({ name, model }) => {
      const at = (path) => new URL(path, document.baseURI);
      const bytes = Uint8Array.from(atob(model), (sign) => sign.charCodeAt(0));
      const least = {};
      for (const kind of ["workshop", "workshop_portable"]) {
        const module = await import(at(`wasm/${kind}.js`));
        await module.default();
        const run = new module.Measurement(`${name}.tflite`, bytes, "tflm");
        run.warm_up(0.3);
        const windows = [0, 1, 2, 3, 4].map(() => run.window(0.1));
        least[module.loops()] = Math.min(...windows.map(({ inferences, seconds }) => seconds / inferences));
      }
      return least;
    }, { name, model });
    const [fast, plain] = [seconds.simd128, seconds.portable];
    console.log(`  ${name}: simd128 ${(fast * 1e6).toFixed(0)} us, portable ${(plain * 1e6).toFixed(0)} us, ${(plain / fast).toFixed(1)} times`);
    holds(fast > 0 && plain > 0, "no time");
  }
  await context.close();
});
await browser.close();
site.close();
finish();
