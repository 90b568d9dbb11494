// The page's link, given to the command line: node tests/page/links.mjs
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytes, joulegram, root } from "./command_line.mjs";
import { finish, holds, same, test } from "./harness.mjs";
import { answered, launch, serve, visiting } from "./site.mjs";

const site = await serve();
const browser = await launch();
const on = visiting(browser, site);
const clipboard = { permissions: ["clipboard-read", "clipboard-write"] };
const own = mkdtempSync(join(tmpdir(), "joulegram-"));

/** The link that the page copies, and the answer that it saves. */
async function taken(page) {
  await answered(page);
  const click = (out) => page.evaluate((out) => document.querySelector(`[data-out=${out}]`).click(), out);
  await click("link");
  await page.waitForFunction(() => document.querySelector("#taken").textContent !== "");
  const said = await page.locator("#taken").innerText();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const [download] = await Promise.all([page.waitForEvent("download"), click("json")]);
  const path = join(own, "answer.json");
  await download.saveAs(path);
  return { link, said, answer: readFileSync(path, "utf8") };
}

/** Does something to the form and waits for what it does to the answer. */
async function changing(page, work) {
  const before = await page.evaluate(() => performance.getEntriesByName("answered").length);
  await work();
  await page.waitForFunction((before) => performance.getEntriesByName("answered").length > before && !document.body.classList.contains("stale"), before);
}
const open = (page) => page.evaluate(() => document.querySelectorAll(".drawers > details").forEach((drawer) => { drawer.open = true; }));
const give = (page, id, path) => page.locator(id).setInputFiles(join(root, path));

const states = {
  "nothing changed": async () => {},
  "another place, board and number of inferences": async (page) => {
    await changing(page, () => page.locator("#device").selectOption("nucleo-l4r5zi"));
    await changing(page, () => page.locator("#site-grid").fill("France"));
    await changing(page, () => page.locator("#per-day").fill("12"));
  },
  "another model, no search, a name of another language": async (page) => {
    await changing(page, () => page.locator("#network").selectOption("vww"));
    await changing(page, () => page.locator("input[name=search-kind][value='']").check());
    await changing(page, () => page.locator("#name").fill("Wörter 词 🔋"));
  },
  "ranges, a battery and a device by hand": async (page) => {
    await changing(page, () => page.locator("#training-bottom_up-epochs").fill("36 (20 to 50)"));
    await changing(page, () => page.locator("input[name=supply][value=battery]").check());
    await page.locator("#device-by_hand-active_watts").fill("50 mW");
    await changing(page, () => page.locator("#device-by_hand-operations_per_second").fill("5e7"));
  },
  "a profile of one's own": async (page) => {
    const profile = join(own, "emulated.json");
    joulegram("fixtures/calibration", "calibrate", "--log", "qemu-m4.log", "--out", profile);
    await changing(page, () => page.locator("#profile-file").setInputFiles(profile));
  },
};
for (const [state, work] of Object.entries(states)) {
  await test(`the command line answers the page's link as the page does: ${state}`, () =>
    on(site.address, async ({ page }) => {
      await open(page);
      await work(page);
      const { link, answer } = await taken(page);
      holds(link.startsWith(`${site.address}#1.`), link);
      same(joulegram(".", "estimate", link, "--format", "json").text, answer, state);
      holds(joulegram(".", "levers", link, "--format", "json").text.length > 100, "levers");
      // Another page opens it and says the same.
      await on(link, async ({ page: other }) => same((await taken(other)).answer, answer, "another page"), clipboard);
    }, clipboard));
}
await test("a link to a model of one's own names the file, which the command line asks for", () =>
  on(site.address, async ({ page }) => {
    await open(page);
    await changing(page, () => page.locator("#model-file").setInputFiles(
      { name: "mine.tflite", mimeType: "application/octet-stream", buffer: Buffer.from(bytes("fixtures/models/vww.tflite")) }));
    const { link, said, answer } = await taken(page);
    holds(said.includes("mine.tflite"), said);
    same(joulegram(".", "estimate", link).fault, "the link: model.file: `mine.tflite`: a link names a file and does not hold it: put it into this folder", "fault");
    // Where the file is, the answer is the same.
    writeFileSync(join(own, "mine.tflite"), bytes("fixtures/models/vww.tflite"));
    same(joulegram(own, "estimate", link, "--format", "json").text, answer, "answer");
  }, clipboard));
await test("a link that was tampered with is a sentence of the command line", () => {
  for (const link of ["#1.%%%", "#1.AAAA", "#9.e30", `#1.${"A".repeat(100_000)}`, `${site.address}#1.${Buffer.from('{"site":{"pue":0.5}}').toString("base64url")}`]) {
    const { fault } = joulegram(".", "estimate", link);
    holds(fault?.startsWith("the link: ") && !fault.includes("\n"), fault);
  }
});
rmSync(own, { recursive: true });
await browser.close();
site.close();
finish();
