// A board calibrated in the page: node tests/page/board.mjs PICTURES, the folder for screenshots.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { bytes, hostile, joulegram, root } from "./command_line.mjs";
import { finish, holds, same, test } from "./harness.mjs";
import { answered, dist, launch, serve, visiting } from "./site.mjs";

const pictures = resolve(process.argv[2]);
const site = await serve();
const browser = await launch();
const on = visiting(browser, site);
const fixture = (name) => join(root, "fixtures/calibration", name);
const own = mkdtempSync(join(tmpdir(), "joulegram-"));

async function drawer(page) {
  await page.locator("#drawer-device > summary").click();
  await page.waitForSelector("#board-log");
}
/** Drops files on the zone, as a person does. */
const drop = (page, names) => page.evaluate((files) => {
  const dropped = new DataTransfer();
  for (const { name, base64 } of files) {
    dropped.items.add(new File([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))], name));
  }
  document.querySelector("#drop-board").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: dropped }));
}, names.map((name) => ({ name, base64: Buffer.from(readFileSync(fixture(name))).toString("base64") })));
const done = (page) => page.waitForSelector("#board-use", { timeout: 60_000 });
const errors = (page) => page.locator("#calibrate .error:visible").allInnerTexts();

/** What the command line makes of the fixtures: its file, read. */
function profileOf(name, ...more) {
  const out = join(own, `${name}.json`);
  const { text, fault } = joulegram("fixtures/calibration", "calibrate", ...more, "--out", out, "--format", "json");
  holds(fault === undefined, fault);
  return { report: JSON.parse(text), file: readFileSync(out, "utf8") };
}
/** Uses the profile that is shown, and gives the answer that the page saves. */
async function used(page) {
  await page.locator("#board-use").click();
  await page.waitForFunction(() => document.querySelector("#device").value === "");
  await answered(page);
  await page.waitForTimeout(500);
  const [download] = await Promise.all([page.waitForEvent("download"), page.evaluate(() => document.querySelector("[data-out=json]").click())]);
  const path = join(own, "answer.json");
  await download.saveAs(path);
  return JSON.parse(readFileSync(path, "utf8"));
}

await test("log and meter's file, dropped together, become the command line's profile, and the page uses it", () =>
  on(site.address, async ({ page, complaints }) => {
    await drawer(page);
    await drop(page, ["synthetic_ppk2.csv", "synthetic.log"]);
    await page.waitForFunction(() => /volt|no energy/i.test(document.querySelector("#board-volts-error")?.textContent ?? ""), undefined, { timeout: 60_000 });
    same(await page.evaluate(() => document.querySelector("#board-log").files[0].name), "synthetic.log", "log");
    same(await page.evaluate(() => document.querySelector("#board-meter").files[0].name), "synthetic_ppk2.csv", "meter's file");
    await page.locator("#board-volts").fill("3,0 V");
    await done(page);
    same((await errors(page)).join(), "", "errors");
    const { report, file } = profileOf("synthetic", "--log", "synthetic.log", "--trace", "synthetic_ppk2.csv", "--volts", "3");
    same(await page.locator("#calibrated details tbody tr").count(), report.steps.length, "rows of the steps");
    same(await page.locator("#calibrated svg circle").count(), report.steps.length, "points of the chart");
    same(await page.locator("#calibrated > .wide tbody tr").count(), report.coefficients.filter(({ ticks }) => ticks > 0).length, "rows of the costs");
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#board-save").click()]);
    const saved = join(own, "saved.json");
    await download.saveAs(saved);
    same(readFileSync(saved, "utf8"), file, "profile");
    const answer = await used(page);
    const link = page.url();
    same(JSON.parse(joulegram(".", "estimate", link, "--format", "json").text).digest, answer.digest, "digest of the link");
    holds(answer.stages.some(({ device }) => device === "synthetic"), JSON.stringify(answer.stages.map(({ device }) => device)));
    same(complaints.join("\n"), "", "complaints");
  }));

await test("a profile that the command line made is taken where it is dropped, measured or emulated", () =>
  on(site.address, async ({ page }) => {
    profileOf("measured", "--log", "synthetic.log", "--trace", "synthetic_ppk2.csv", "--volts", "3");
    profileOf("emulated", "--log", "qemu-m4.log");
    // Instructions are no joules: what they emit is not known, and the whole says so.
    for (const [name, text] of [["measured", "on measured in Germany emits"], ["emulated", "emits at least"]]) {
      await page.locator("#profile-file").setInputFiles(join(own, `${name}.json`));
      await page.waitForFunction((text) => document.querySelector("#sentence").innerText.includes(text), text);
      holds(await page.locator("#problems").isHidden(), await page.locator("#problems").innerText());
    }
    holds(await page.locator("#sentence").innerText().then((text) => /as far as it is known/.test(text)), await page.locator("#sentence").innerText());
  }));

await test("hostile files get a sentence beside their field, and a good one is calibrated after them", () =>
  on(site.address, async ({ page, complaints }) => {
    await drawer(page);
    const give = (id, name, body) => page.locator(id).setInputFiles({ name, mimeType: "application/octet-stream", buffer: Buffer.from(body) });
    const settled = async () => {
      await page.waitForFunction(() => document.querySelector("#calibrated").getAttribute("aria-busy") === "false", undefined, { timeout: 60_000 });
      return errors(page);
    };
    await give("#board-log", "a.log", "hello");
    holds((await settled()).join().includes("no line of the calibration suite"), (await errors(page)).join());
    await give("#board-log", "dialogue.log", "m-ready\r\n");
    await page.waitForFunction(() => /MLPerf Tiny/.test(document.querySelector("#board-log-error").textContent));
    await page.locator("#board-log").setInputFiles(fixture("synthetic.log"));
    await done(page);
    await page.locator("#board-volts").fill("3");
    const files = [...hostile("meters").slice(0, 20), { name: "300.csv", bytes: null }];
    let told = 0;
    for (const { name, bytes } of files.filter(({ bytes }) => bytes)) {
      await give("#board-meter", name, bytes);
      told += (await settled()).length;
    }
    holds(told > 10, `only ${told} of ${files.length} were told`);
    await page.locator("#board-volts").fill("many");
    same(await page.locator("#board-volts").getAttribute("aria-invalid"), "true", "volts");
    await page.locator("#board-volts").fill("3");
    await page.locator("#board-meter").setInputFiles(fixture("synthetic_ppk2.csv"));
    await page.waitForFunction(() => /It draws/.test(document.querySelector("#calibrated").innerText), undefined, { timeout: 60_000 });
    same((await errors(page)).join(), "", "errors");
    holds(await page.locator("#problems").isHidden(), "problems");
    same(complaints.join("\n"), "", "complaints");
    console.log(`  ${files.length} files, ${told} sentences`);
  }));

await test("the keyboard alone calibrates and uses the profile", () =>
  on(site.address, async ({ page }) => {
    await page.locator("#drawer-device > summary").focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector("#board-log");
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), (async () => {
      await page.locator("#board-log").focus();
      await page.keyboard.press("Enter");
    })()]);
    await chooser.setFiles(fixture("synthetic.log"));
    await done(page);
    // From the log's field on, Tab reaches the button.
    await page.locator("#board-log").focus();
    let presses = 0;
    while (presses < 20 && await page.evaluate(() => document.activeElement.id) !== "board-use") {
      await page.keyboard.press("Tab");
      presses += 1;
    }
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("#device").value === "");
  }));

await test("the single file calibrates from the disk", () =>
  on(pathToFileURL(join(dist, "joulegram.html")).href, async ({ page, complaints }) => {
    await drawer(page);
    await page.locator("#board-volts").fill("3");
    await drop(page, ["synthetic.log", "synthetic_ppk2.csv"]);
    await page.waitForFunction(() => /It draws/.test(document.querySelector("#calibrated").innerText), undefined, { timeout: 60_000 });
    same(complaints.join("\n"), "", "complaints");
  }, { offline: true }));

for (const [name, language, options] of [
  ["wide", "en", { viewport: { width: 1280, height: 900 } }],
  ["dark", "de", { colorScheme: "dark", viewport: { width: 1280, height: 900 } }],
  ["narrow", "de", { viewport: { width: 320, height: 900 } }],
]) {
  await test(`nothing is wider than the ${name} page with a calibration; its picture is taken`, () =>
    on(site.address, async ({ page }) => {
      await page.locator(`[data-language=${language}]`).click();
      await page.waitForFunction((language) => document.documentElement.lang === language, language);
      await drawer(page);
      await page.locator("#board-volts").fill("3");
      await drop(page, ["synthetic.log", "synthetic_ppk2.csv"]);
      await page.waitForFunction(() => / W|mW/.test(document.querySelector("#calibrated").innerText), undefined, { timeout: 60_000 });
      await page.locator("#calibrated > details").evaluate((twin) => { twin.open = true; });
      await page.locator("#calibrate").screenshot({ path: join(pictures, `board-${name}.png`) });
      const { scroll, client } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth }));
      holds(scroll <= client, `${scroll} px in ${client} px`);
    }, options));
}
rmSync(own, { recursive: true });
await browser.close();
site.close();
finish();
