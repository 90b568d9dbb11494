// Questions to the page, each with what the command line answers: `{ call, with, text }` or `{ call, with, fault }`.
//
// `call` is a function of crates/wasm, `with` what it gets. Questions are plain data: they cross into a browser.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytes, imports, joulegram, models, scenarios } from "./command_line.mjs";

/** What the page asks: the first answer's module where it answers, else the workshop. */
export function answers() {
  const cases = [];
  const add = (name, call, values, expected) => cases.push({ name, module: "workshop", call, with: values, ...expected });
  for (const { folder, name, text, files } of scenarios()) {
    cases.push({ name, module: "either", call: "estimate", with: [text, files], ...joulegram(folder, "estimate", name, "--format", "json") });
    cases.push({ name, module: "workshop", call: "levers", with: [text, files], ...joulegram(folder, "levers", name, "--format", "json") });
  }
  for (const { folder, name, bytes } of models()) {
    const options = { device: "nucleo-l4r5zi", grid: "DE" };
    add(name, "estimate_model", [name, bytes, JSON.stringify(options)],
      joulegram(folder, "estimate", name, "--format", "json", "--device", options.device, "--grid", options.grid));
    add(name, "inspect", [name, bytes], joulegram(folder, "inspect", name, "--format", "json"));
  }
  for (const name of ["kws", "vww", "ic", "ad"]) {
    const { folder, name: file, bytes } = models().find((model) => model.name === `${name}.tflite`);
    add(`${name} on all boards`, "estimate_model", [file, bytes, "{}"], joulegram(folder, "estimate", file, "--format", "json"));
    const life = {
      device: "nucleo-l4r5zi", grid: "DE", pue: "1.2", inferences: "31536000", samples: "100000", epochs: "30", search_runs: "20",
      training_device: "a100",
    };
    const typed = Object.entries(life).flatMap(([key, value]) => [`--${key.replaceAll("_", "-")}`, value]);
    add(`${name}, its whole life`, "estimate_model", [file, bytes, JSON.stringify(life)],
      joulegram(folder, "estimate", file, "--format", "json", ...typed));
  }
  for (const list of ["devices", "grids"]) add(list, list, [], joulegram(".", list, "--format", "json"));
  // Every board and computer, and every kind of place: what the page's own lists offer.
  const device = (name) => ({
    schema_version: 1, device: name, site: { grid: "FR" }, inference: { bottom_up: { inferences: 1e6 } },
    model: { layers: { input: [1, 640], layers: [{ dense: { units: 128 } }, { dense: { units: 10 } }] } },
  });
  for (const { profile } of JSON.parse(joulegram(".", "devices", "--format", "json").text).devices) {
    const text = JSON.stringify(device(profile.name));
    cases.push({ name: profile.name, module: "joulegram", call: "estimate", with: [text, {}], ...asked(text) });
  }
  return cases;
}

/** What the command line answers to a scenario's text. */
function asked(text) {
  const folder = mkdtempSync(join(tmpdir(), "joulegram-"));
  writeFileSync(join(folder, "scenario.json"), text);
  const answer = joulegram(".", "estimate", join(folder, "scenario.json"), "--format", "json");
  rmSync(folder, { recursive: true });
  return answer;
}

/** What the workshop is asked. */
export function reports() {
  const cases = [];
  const add = (name, call, values, expected) => cases.push({ name, module: "workshop", call, with: values, ...expected });
  for (const { folder, name, text, files } of scenarios()) {
    for (const format of ["csv", "markdown", "latex", "text"]) {
      add(`${name} as ${format}`, "report", [text, files, format], joulegram(folder, "estimate", name, "--format", format));
    }
  }
  for (const { folder, name, bytes } of imports()) {
    add(name, "import_reading", [name, bytes], joulegram(folder, "import", name, "--format", "json"));
  }
  return cases;
}

/** Boards that the workshop is to calibrate: from logs alone, with a trace, with windows that somebody cut, and hostile ones. */
export function calibrations() {
  const folder = "fixtures/calibration";
  const own = mkdtempSync(join(tmpdir(), "joulegram-"));
  const windows = new TextDecoder().decode(bytes(`${folder}/synthetic.log`)).trim().split("\n").map((line) => {
    const field = (name) => line.match(new RegExp(`${name}=(\\S+)`))[1];
    return `${field("step")},${field("repetition")},0.25,0.01`;
  });
  const made = {
    "windows.csv": ["step,repetition,seconds,joules", ...windows].join("\n"),
    "cut.log": new TextDecoder().decode(bytes(`${folder}/synthetic.log`)).slice(0, 5000),
    "cut.csv": new TextDecoder().decode(bytes(`${folder}/synthetic_ppk2.csv`)).slice(0, 90_000),
    "quiet.csv": new TextDecoder().decode(bytes(`${folder}/synthetic_ppk2.csv`)).replaceAll(",00000000", ",10000000"),
    "noise.log": "\u0001\u0002\u0003",
    "empty.log": "",
  };
  for (const [name, text] of Object.entries(made)) writeFileSync(join(own, name), text);
  const find = (name) => (name in made ? [name, new TextEncoder().encode(made[name])] : [name, bytes(`${folder}/${name}`)]);
  const path = (name) => (name in made ? join(own, name) : name);
  // Files that are made here lie elsewhere.
  const here = (text) => text.replaceAll(`${own}/`, "");
  const cases = [];
  for (const [log, meter, options = {}] of [
    ["qemu-m4.log"], ["qemu-rv32.log"], ["synthetic.log"],
    ["synthetic.log", "synthetic_ppk2.csv", { volts: "3" }],
    ["synthetic.log", "synthetic_ppk2.csv", { volts: "3.3", accuracy: "2", volts_accuracy: "4", regulator: "ldo", watts: "0.05" }],
    ["synthetic.log", "windows.csv"],
    ["synthetic.log", "cut.csv", { volts: "3" }],
    ["synthetic.log", "synthetic_ppk2.csv"], ["synthetic.log", "quiet.csv", { volts: "3" }], ["synthetic.log", "synthetic.log"],
    ["synthetic.log", "synthetic_ppk2.csv", { volts: "-3" }], ["synthetic.log", "synthetic_ppk2.csv", { volts: "3", samples_per_second: "0" }],
    ["synthetic.log", "synthetic_ppk2.csv", { volts: "3", marker: "D7" }], ["synthetic.log", "synthetic_ppk2.csv", { volts: "3", accuracy: "101" }],
    ["qemu-m4.log", "synthetic_ppk2.csv", { volts: "3" }],
    ["cut.log"], ["noise.log"], ["empty.log"], ["synthetic_ppk2.csv"], ["synthetic.log", "empty.log"],
  ]) {
    const typed = Object.entries(options).flatMap(([name, value]) => [`--${name.replaceAll("_", "-")}=${value}`]);
    const source = meter ? [meter === "windows.csv" ? "--windows" : "--trace", path(meter)] : [];
    const out = join(own, "a board.json");
    const { text, fault } = joulegram(folder, "calibrate", "--log", path(log), ...source, ...typed, "--out", out, "--format", "json");
    const expected = fault === undefined
      ? { text: `${JSON.stringify({ report: here(text), profile: here(readFileSync(out, "utf8")) }, null, 2)}\n` }
      // The page's options have no dashes.
      : { fault: here(fault).replace(/^--([a-z-]+)/, (_, name) => name.replaceAll("-", "_")) };
    const name = [log, meter, ...typed].filter(Boolean).join(" ");
    const files = [...find(log), ...(meter ? find(meter) : ["", null])];
    cases.push({ name, module: "workshop", call: "calibrate", with: [...files, JSON.stringify({ name: "a board", ...options })], ...expected });
  }
  rmSync(own, { recursive: true });
  return cases;
}

/** Asks modules (`{ joulegram, workshop }`) all cases: those that are answered otherwise, and how many there were. */
/**
 * Asks modules (`{ joulegram, workshop }`) all cases: those that are answered otherwise, how many there were, and how many
 * of either's the first answer's module has answered itself.
 */
export function ask(modules, cases) {
  const wrong = [];
  let first = 0;
  for (const { name, module, call, with: values, text, fault } of cases) {
    let found;
    try {
      if (module === "either") {
        try {
          found = { text: modules.joulegram[call](...values) };
          first += 1;
        } catch {
          found = { text: modules.workshop[call](...values) };
        }
      } else {
        found = { text: modules[module][call](...values) };
      }
    } catch (error) {
      const { message, field, file } = error;
      found = { fault: [file, field, message].filter(Boolean).join(": ") };
    }
    // A scenario's own file has no name in the page.
    const expected = fault?.replace(/^[\w-]+\.json: /, "");
    if (found.text !== text || found.fault !== expected) {
      const at = [...(text ?? "")].findIndex((sign, place) => sign !== found.text?.[place]);
      wrong.push({ name, call, at, found: found.fault ?? found.text?.slice(Math.max(0, at - 60), at + 60),
        expected: expected ?? text.slice(Math.max(0, at - 60), at + 60) });
    }
  }
  return { asked: cases.length, first, wrong };
}
