// Inferences of the four MLPerf Tiny models in Chromium, one thread: joulegram and TensorFlow Lite for the web, in turns.
//
//   npm install --ignore-scripts --prefix PACKAGES playwright-core@1.65.1 @tensorflow/tfjs-tflite@0.0.1-alpha.10
//   RUSTFLAGS="-C target-feature=+simd128" cargo build --release --manifest-path benchmarks/web/Cargo.toml \
//     --target wasm32-unknown-unknown
//   node benchmarks/web/compare.mjs PACKAGES [--module FILE.wasm] [--write FILE.json]
//
// Needs Chromium at /usr/bin/chromium. The page is served from this machine and asks no other. A turn times a block of
// inferences by each engine, one after the other: the page's clock is coarse. TensorFlow Lite is driven by its inner
// interface (`TFLiteWebModelRunner`), which leaves out TensorFlow.js' tensors. The ratio is of the least times: what else
// the machine does only ever adds.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { resolve } from "node:path";

const [packages, ...options] = process.argv.slice(2);
const option = (name) => (options.includes(name) ? options[options.indexOf(name) + 1] : undefined);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const module = option("--module")
  ?? here("target/wasm32-unknown-unknown/release/joulegram_benchmarks_web.wasm");
const root = resolve(packages, "node_modules");
const { chromium } = createRequire(`${root}/`)("playwright-core");

const types = { wasm: "application/wasm", js: "text/javascript", html: "text/html" };
const server = createServer((request, response) => {
  const path = new URL(request.url, "http://localhost").pathname;
  const file = path === "/" ? undefined
    : path === "/joulegram.wasm" ? module
    : path.startsWith("/models/") ? here(`../../fixtures${path}`)
    : `${root}/@tensorflow/tfjs-tflite/wasm${path}`;
  try {
    const body = file ? readFileSync(file) : "<script src=/tflite_web_api_client.js></script>";
    response.writeHead(200, { "content-type": types[file?.split(".").pop() ?? "html"] ?? "application/octet-stream" });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/`);

const models = await page.evaluate(async () => {
  const bytes = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
  const { instance } = await WebAssembly.instantiate(await bytes("/joulegram.wasm"));
  const ours = instance.exports;
  tfweb.tflite_web_api.setWasmPath("/");
  const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
  const result = {};
  for (const [name, count] of [["kws", 8], ["vww", 3], ["ic", 3], ["ad", 120]]) {
    const file = await bytes(`/models/${name}.tflite`);
    const at = ours.reserve(file.length); // The buffer is another one after this.
    new Uint8Array(ours.memory.buffer, at, file.length).set(file);
    if (ours.load(0) !== 1) throw new Error(name);
    const given = Uint8Array.from({ length: ours.input_bytes() }, (_, place) => place);
    new Uint8Array(ours.memory.buffer, ours.input(), given.length).set(given);
    const runner = await tfweb.TFLiteWebModelRunner.create(file.buffer, { numThreads: 1 });
    runner.getInputs()[0].data().set(new Int8Array(given.buffer));
    const engines = {
      joulegram: () => ours.run(count),
      "tfjs-tflite": () => { for (let n = 0; n < count; n++) runner.infer(); },
    };
    const turns = [];
    for (let turn = 0; turn < 320; turn++) {
      const times = [];
      for (const work of Object.values(engines)) {
        const start = performance.now();
        work();
        times.push((performance.now() - start) * 1000 / count);
      }
      if (turn >= 20) turns.push(times); // warmed up
    }
    const least = (place) => Math.min(...turns.map((times) => times[place]));
    result[name] = Object.fromEntries(Object.keys(engines).map((engine, place) => [engine, {
      median_us: +median(turns.map((times) => times[place])).toFixed(1),
      least_us: +least(place).toFixed(1),
      times_joulegram: +(least(place) / least(0)).toFixed(2),
    }]));
  }
  return { loops: ours.simd() ? "simd128" : "portable", models: result };
});
const record = {
  date: new Date().toISOString().slice(0, 10),
  browser: `Chromium ${browser.version()}`,
  "tfjs-tflite": JSON.parse(readFileSync(`${root}/@tensorflow/tfjs-tflite/package.json`, "utf8")).version,
  ...models,
};
await browser.close();
server.close();
for (const [name, engines] of Object.entries(record.models)) {
  console.log(name.toUpperCase());
  for (const [engine, row] of Object.entries(engines)) {
    console.log(`  ${engine.padEnd(12)} ${row.median_us} us, least ${row.least_us}, ${row.times_joulegram}`);
  }
}
if (option("--write")) writeFileSync(option("--write"), JSON.stringify(record, null, 2) + "\n");
