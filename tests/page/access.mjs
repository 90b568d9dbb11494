// Accessibility of every state of the page by axe, and Lighthouse's four scores: node tests/page/access.mjs
import AxeBuilder from "@axe-core/playwright";
import { launch as launchChrome } from "chrome-launcher";
import lighthouse from "lighthouse";
import { join } from "node:path";
import { bytes, root } from "./command_line.mjs";
import { finish, holds, same, test } from "./harness.mjs";
import { answered, flags, launch, open, program, serve } from "./site.mjs";

const site = await serve();
const browser = await launch();

const openDrawers = (page) => page.evaluate(() => document.querySelectorAll("details").forEach((drawer) => { drawer.open = true; }));
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
async function violations(page) {
  const { violations, passes } = await new AxeBuilder({ page }).withTags(tags).analyze();
  return { passes: passes.length, text: violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)} (${nodes.length})\n${nodes[0].failureSummary}`).join("\n") };
}

const states = {
  "at first": async () => {},
  "with all drawers open": openDrawers,
  "with an error": async (page) => {
    await openDrawers(page);
    await page.locator("#model-file").setInputFiles({ name: "wrong.tflite", mimeType: "application/octet-stream", buffer: Buffer.from("wrong") });
    await page.waitForFunction(() => !document.querySelector("#problems").hidden);
  },
  "with a model of one's own": async (page) => {
    await openDrawers(page);
    await page.locator("#model-file").setInputFiles({ name: "mine.tflite", mimeType: "application/octet-stream", buffer: Buffer.from(bytes("fixtures/models/ic.tflite")) });
    await page.waitForTimeout(1000);
  },
  "with a calibrated board": async (page) => {
    await openDrawers(page);
    await page.locator("#board-volts").fill("3");
    await page.locator("#board-log").setInputFiles(join(root, "fixtures/calibration/synthetic.log"));
    await page.locator("#board-meter").setInputFiles(join(root, "fixtures/calibration/synthetic_ppk2.csv"));
    await page.waitForFunction(() => /draws/.test(document.querySelector("#calibrated").innerText), undefined, { timeout: 60_000 });
    await openDrawers(page);
  },
  "with a log that is none": async (page) => {
    await openDrawers(page);
    await page.locator("#board-log").setInputFiles({ name: "wrong.log", mimeType: "text/plain", buffer: Buffer.from("wrong") });
    await page.waitForFunction(() => !document.querySelector("#problems").hidden, undefined, { timeout: 60_000 });
  },
  "in German": async (page) => {
    await page.locator("[data-language=de]").click();
    await page.waitForFunction(() => document.documentElement.lang === "de");
    await openDrawers(page);
  },
};
const looks = {
  light: { colorScheme: "light" }, dark: { colorScheme: "dark" }, "320 px wide": { viewport: { width: 320, height: 700 } },
};
for (const [look, options] of Object.entries(looks)) {
  for (const [state, enter] of Object.entries(states)) {
    await test(`axe finds nothing, ${look}, ${state}`, async () => {
      const { context, page } = await open(browser, options);
      try {
        await page.goto(site.address);
        await answered(page);
        await enter(page);
        await page.waitForTimeout(300);
        const { passes, text } = await violations(page);
        holds(passes > 10, `axe looked at ${passes} rules only`);
        same(text, "", "violations");
      } finally {
        await context.close();
      }
    });
  }
}
await test("axe finds what is wrong where something is", async () => {
  const { context, page } = await open(browser);
  await page.goto(site.address);
  await answered(page);
  await page.evaluate(() => { document.querySelector("label[for=network]").remove(); });
  holds((await violations(page)).text.includes("select-name"), "a select without a label was not found");
  await context.close();
});
await browser.close();

// Weightless audits of this version end in errors with this Chromium: scores are what counts.
// Performance is printed and not held: it is made of seconds, and of what else the machine does. The aim is 95.
const limits = { accessibility: 1, "best-practices": 1, seo: 0.95 };
const categories = ["performance", ...Object.keys(limits)];
for (const form of ["mobile", "desktop"]) {
  await test(`Lighthouse's scores are kept, ${form}`, async () => {
    const chrome = await launchChrome({ chromePath: program, chromeFlags: ["--headless", ...flags], logLevel: "silent" });
    try {
      const desktop = {
        formFactor: "desktop", screenEmulation: { mobile: false, width: 1350, height: 940, deviceScaleFactor: 1, disabled: false },
        throttling: { rttMs: 40, throughputKbps: 10240, cpuSlowdownMultiplier: 1 },
      };
      const { lhr } = await lighthouse(site.address, { port: chrome.port, output: "json", logLevel: "silent", onlyCategories: categories,
        ...(form === "desktop" ? desktop : {}) });
      const scores = Object.fromEntries(categories.map((id) => [id, lhr.categories[id].score]));
      console.log(`  lighthouse ${lhr.lighthouseVersion}, ${form}: ${Object.entries(scores).map(([id, score]) => `${id} ${score * 100}`).join(", ")}`);
      for (const [id, limit] of Object.entries(limits)) {
        const lost = Object.values(lhr.audits).filter((audit) => audit.score !== null && audit.score < 1).map((audit) => audit.id);
        holds(scores[id] !== null && scores[id] >= limit, `${id}: ${scores[id]} of at least ${limit}; below 1: ${lost.join(", ")}`);
      }
    } finally {
      await chrome.kill();
    }
  });
}
site.close();
finish();
