// Questions to the page, each with what the command line answers: `{ call, with, text }` or `{ call, with, fault }`.
//
// `call` is a function of crates/wasm, `with` what it gets. Questions are plain data: they cross into a browser.
import { imports, joulegram, models, scenarios } from "./command_line.mjs";

/** What the first answer's module is asked. */
export function answers() {
  const cases = [];
  const add = (name, call, values, expected) => cases.push({ name, call, with: values, ...expected });
  for (const { folder, name, text, files } of scenarios()) {
    const readsOtherTools = Object.keys(files).some((path) => path.includes("imports/"));
    const module = readsOtherTools ? "workshop" : "joulegram";
    cases.push({ name, module, call: "estimate", with: [text, files], ...joulegram(folder, "estimate", name, "--format", "json") });
    cases.push({ name, module, call: "levers", with: [text, files], ...joulegram(folder, "levers", name, "--format", "json") });
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
  add("devices", "devices", [], joulegram(".", "devices", "--format", "json"));
  add("grids", "grids", [], joulegram(".", "grids", "--format", "json"));
  return cases;
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

/** Asks modules (`{ joulegram, workshop }`) all cases: those that are answered otherwise, and how many there were. */
export function ask(modules, cases) {
  const wrong = [];
  for (const { name, module = "joulegram", call, with: values, text, fault } of cases) {
    let found;
    try {
      found = { text: modules[module][call](...values) };
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
  return { asked: cases.length, wrong };
}
