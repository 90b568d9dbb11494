// crates/wasm in Node: node tests/page/module.mjs MODULES, the folder that web/build made them in.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { answers, ask, calibrations, reports } from "./cases.mjs";
import { bytes, hostile, models } from "./command_line.mjs";
import { finish, holds, same, test } from "./harness.mjs";

const folder = resolve(process.argv[2]);
async function load(name) {
  const module = await import(pathToFileURL(join(folder, `${name}.js`)));
  module.initSync({ module: readFileSync(join(folder, `${name}_bg.wasm`)) });
  return module;
}
const joulegram = await load("joulegram");
const workshop = await load("workshop");
const portable = await load("workshop_portable");
const modules = { joulegram, workshop };

const all = (cases, least) => {
  const { asked, first, wrong } = ask(modules, cases);
  holds(asked >= least, `only ${asked} questions`);
  same(JSON.stringify(wrong.slice(0, 3), null, 1), "[]", `${wrong.length} of ${asked} answers`);
  console.log(`  ${asked} answers`);
  return first;
};
await test("every scenario and model of the fixtures gets the command line's JSON to the bit", () => {
  holds(all(answers(), 150) > 0, "the first answer's module has answered no scenario itself");
});
await test("csv, markdown, latex and text are the command line's", () => all(reports(), 40));
await test("a board's log and its meter's file become the command line's report and profile to the bit", () => all(calibrations(), 20));
await test("the workshop answers what the first answer's module answers", () => {
  const { wrong } = ask({ joulegram: workshop, workshop }, answers());
  same(JSON.stringify(wrong.slice(0, 3)), "[]", "answers");
});

/** What was thrown: a fault, or something worse. */
function refusal(work) {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
function isFault(thrown, name) {
  holds(thrown === undefined || (typeof thrown.message === "string" && thrown.message !== "" && typeof thrown.field === "string"
    && typeof thrown.file === "string" && !(thrown instanceof Error)), `${name}: ${thrown?.stack ?? thrown}`);
  return thrown !== undefined;
}
await test("no input of the fuzzers gets more than a fault", () => {
  let faults = 0;
  for (const { name, bytes } of hostile("scenario")) {
    const text = new TextDecoder().decode(bytes);
    for (const call of [joulegram.estimate, workshop.estimate, workshop.levers]) faults += isFault(refusal(() => call(text, {})), name);
  }
  const log = bytes("fixtures/calibration/synthetic.log");
  for (const { name, bytes } of [...hostile("meters"), ...hostile("engine")]) {
    faults += isFault(refusal(() => workshop.calibrate("a.log", log, name, bytes, '{"volts": "3"}')), name);
    faults += isFault(refusal(() => workshop.calibrate(name, bytes, "", undefined, "{}")), name);
  }
  for (const { name, bytes } of [...hostile("tflite_reader"), ...hostile("engine")]) {
    faults += isFault(refusal(() => workshop.inspect(name, bytes)), name);
    faults += isFault(refusal(() => workshop.estimate_model(name, bytes, "{}")), name);
    faults += isFault(refusal(() => new workshop.Measurement(name, bytes, "tflm").run()), name);
  }
  holds(faults > 20, `only ${faults} faults`);
  console.log(`  ${faults} faults`);
});
await test("the lists to choose from have what the command line's lists have", () => {
  const short = ({ description, profile: { name, class: kind, software } }) => ({ name, description, class: kind, software });
  const place = ({ code, name, aliases, mode, year }) => ({ code, name, aliases, mode, year });
  for (const module of [joulegram, workshop]) {
    same(JSON.stringify(JSON.parse(module.device_names())), JSON.stringify(JSON.parse(workshop.devices()).devices.map(short)), "devices");
    same(JSON.stringify(JSON.parse(module.place_names())), JSON.stringify(JSON.parse(workshop.grids()).grids.map(place)), "places");
  }
});
await test("a wrong type, an empty file and a file too large are faults with the file's name", () => {
  for (const bytes of [new Uint8Array(0), new TextEncoder().encode("hello"), new Uint8Array(300e6)]) {
    const fault = refusal(() => workshop.inspect("wrong.tflite", bytes));
    isFault(fault, "wrong.tflite");
    same(fault.file, "wrong.tflite", "file");
  }
  const options = refusal(() => workshop.estimate_model("kws.tflite", bytes("fixtures/models/kws.tflite"), '{"grid": "Atlantis"}'));
  same(options.field, "grid", "field");
  const missing = refusal(() => workshop.estimate('{"schema_version": 1, "model": {"file": "a.tflite"}, "inference": {"bottom_up": {"inferences": 1}}}', {}));
  same(missing.field, "model.file", "field");
});
await test("charts take objects and JSON, escape their words and refuse other identifiers", () => {
  const rows = [{ label: "a <b>", low: 1, mode: 2, high: 3, text: "2 g" }, { label: "c", text: "not known" }];
  const chart = { id: "stages", title: "Stages & more", unit: "gCO2e", rows };
  const svg = joulegram.bars(chart);
  for (const module of [joulegram, workshop]) same(module.bars(JSON.stringify(chart)), svg, "bars");
  holds(svg.startsWith("<svg") && svg.includes("a &lt;b&gt;") && svg.includes("Stages &amp; more"), svg);
  holds(!/<style|style=|<script|on\w+=/.test(svg), "a chart has classes and no styles of its own");
  same(refusal(() => workshop.bars({ ...chart, id: '"><script>' })).field, "id", "field");
  same(refusal(() => workshop.bars({ ...chart, unit: "miles" })).field, "unit", "field");
  same(refusal(() => workshop.bars({ ...chart, rows: [{ label: 1, text: "" }] })).field, "rows[0].label", "field");
});
await test("points are drawn with the page's words", () => {
  const chart = { id: "fit", title: "T", caption: "C", description: "D <d>", along: "measured", upward: "fitted", rows: [{ label: "a", x: 1, y: 2 }] };
  const svg = workshop.points(chart);
  holds(svg.startsWith("<svg") && svg.includes("D &lt;d&gt;") && svg.includes("<circle"), svg);
  holds(!/<style|style=|<script|on\w+=/.test(svg), "a chart has classes and no styles of its own");
  same(refusal(() => workshop.points({ ...chart, id: "a b" })).field, "id", "field");
});
await test("a measurement runs the kernel, by both kinds of loops the same", () => {
  same(workshop.loops(), "simd128", "loops");
  same(portable.loops(), "portable", "loops");
  for (const { name, bytes } of models().filter(({ name }) => /^(kws|vww|ic|ad)\./.test(name))) {
    const [fast, plain] = [workshop, portable].map(({ Measurement }) => new Measurement(name, bytes, "tflm"));
    same(fast.run().join(), plain.run().join(), name);
    fast.warm_up(0.02);
    const windows = [0, 1, 2, 3, 4].map(() => fast.window(0.02));
    fast.layers(0.1);
    const { measurement, profile } = JSON.parse(fast.finish("a test", 2));
    same(measurement.inferences, windows.reduce((sum, window) => sum + window.inferences, 0), "inferences");
    same(measurement.evidence, "modelled", "evidence");
    same(JSON.parse(fast.finish(undefined, undefined)).measurement.joules_per_inference, null, "joules without watts");
    same(refusal(() => fast.finish("a test", -1)).field, "watts", "field");
    // The profile is a device for the next estimate.
    const scenario = { schema_version: 1, device: { profile }, model: { file: name }, inference: { bottom_up: { inferences: 1 } } };
    const answer = JSON.parse(workshop.estimate(JSON.stringify(scenario), { [name]: bytes }));
    holds(answer.seconds_per_inference.mode > 0, `${name}: no seconds`);
  }
});
finish();
