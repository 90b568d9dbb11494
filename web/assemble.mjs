// Puts the page together: node web/assemble.mjs MODULES, the folder with crates/wasm's modules.
//
// web/dist is the page to be served; web/dist/joulegram.html is all of it in one file. Scripts are bundled and made small
// by esbuild, nothing else is changed.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const modules = resolve(process.argv[2]);
const web = dirname(fileURLToPath(import.meta.url));
const dist = join(web, "dist");
const models = join(web, "../fixtures/models");
const networks = ["kws", "vww", "ic", "ad"];
const common = { bundle: true, minify: true, target: "es2022", charset: "utf8", logLevel: "error", absWorkingDir: web };

const read = (path) => readFileSync(path, "utf8");
const write = (path, text) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

/** Every file below a folder, by its path from there. */
function files(folder, base = folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path, base) : relative(base, path);
  });
}

/** Replaces the one place where `old` stands. */
function replaced(text, old, by) {
  if (text.split(old).length !== 2) throw new Error(`${old} does not stand in one place`);
  return text.split(old).join(by);
}

// --- The first answer ----------------------------------------------------------------------------------------------------
/** What the core answers to the page's own scenario, asked here as the page asks it. */
async function firstAnswer() {
  const core = await import(pathToFileURL(join(modules, "workshop.js")));
  core.initSync({ module: readFileSync(join(modules, "workshop_bg.wasm")) });
  const contents = 'export { DEFAULT } from "./scenario/default.js"; export { complete } from "./scenario/path.js";';
  const own = await build({ ...common, stdin: { contents, resolveDir: web }, format: "esm", write: false });
  const { DEFAULT, complete } = await import(`data:text/javascript;base64,${Buffer.from(own.outputFiles[0].contents).toString("base64")}`);
  const scenario = JSON.stringify(complete(structuredClone(DEFAULT)));
  return { scenario, estimate: core.estimate(scenario, {}), levers: core.levers(scenario, {}) };
}
const first = await firstAnswer();
const withFirst = {
  name: "first-answer",
  setup(builder) {
    builder.onLoad({ filter: /[\\/]engine[\\/]first\.js$/ }, () => ({ contents: `export const FIRST = ${JSON.stringify(first)};` }));
  },
};

// --- The page that is served ---------------------------------------------------------------------------------------------
async function served() {
  await build({ ...common, entryPoints: ["main.js"], format: "esm", splitting: true, outdir: dist, plugins: [withFirst] });
  await build({
    ...common, entryPoints: ["engine/worker.js"], format: "esm", outfile: join(dist, "engine/worker.js"),
    external: ["../wasm/workshop.js", "../wasm/workshop_portable.js"],
    plugins: [{
      name: "glue",
      setup: (builder) => builder.onResolve({ filter: /\/wasm\/joulegram\.js$/ }, () => ({ path: join(modules, "joulegram.js") })),
    }],
  });
  await build({ ...common, entryPoints: ["style.css"], outfile: join(dist, "style.css") });
  for (const name of ["index.html", "icon.svg", "manifest.webmanifest"]) cpSync(join(web, name), join(dist, name));

  for (const name of ["joulegram", "workshop", "workshop_portable"]) {
    await build({ ...common, bundle: false, entryPoints: [join(modules, `${name}.js`)], format: "esm", outfile: join(dist, `wasm/${name}.js`) });
    cpSync(join(modules, `${name}_bg.wasm`), join(dist, `wasm/${name}_bg.wasm`));
  }
  for (const name of networks) cpSync(join(models, `${name}.tflite`), join(dist, `models/${name}.tflite`));

  // The service worker keeps all of it, by a name that changes with any of it.
  const names = files(dist).sort();
  const version = createHash("sha256");
  for (const name of names) version.update(name).update(readFileSync(join(dist, name)));
  let worker = read(join(web, "sw.js"));
  worker = replaced(worker, "const VERSION = 'dev';", `const VERSION = '${version.digest("hex").slice(0, 16)}';`);
  worker = replaced(worker, "const FILES = [];", `const FILES = ${JSON.stringify(["./", ...names])};`);
  write(join(dist, "sw.js"), worker);
}

// --- The page in one file ------------------------------------------------------------------------------------------------
// Its core is at hand: it needs no first answer from the build.
/** One module serves as both: the workshop has all that the first answer's module has. */
const oneModule = {
  name: "one-module",
  setup(builder) {
    builder.onResolve({ filter: /\/wasm\/(joulegram|workshop)\.js$/ }, () => ({ path: join(modules, "single.js") }));
    builder.onResolve({ filter: /\/host\.js$/ }, () => ({ path: join(web, "engine/host-file.js") }));
  },
};
const bundled = async (entry) => {
  const result = await build({ ...common, entryPoints: [entry], format: "iife", write: false, plugins: [oneModule] });
  return result.outputFiles[0].text;
};
/** A script's text literal that can't end the script. */
const literal = (text) => JSON.stringify(text).replaceAll("<", "\\u003c");
const packed = (path) => literal(gzipSync(readFileSync(path), { level: 9 }).toString("base64"));
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

async function single() {
  const parts = [
    `globalThis.JOULEGRAM_WASM=globalThis.JOULEGRAM_WORKSHOP=${packed(join(modules, "single_bg.wasm"))};`,
    `globalThis.JOULEGRAM_WORKER=${literal(await bundled("engine/worker-file.js"))};`,
    (await bundled("main.js")).replaceAll("</script", "<\\/script"),
  ];
  const script = parts.join("\n");
  const style = read(join(dist, "style.css"));
  const icon = `data:image/svg+xml,${encodeURIComponent(read(join(web, "icon.svg")))}`;
  let html = read(join(web, "index.html"));
  html = html.replace(/content="default-src [^"]*"/, `content="default-src 'none'; script-src ${hash(script)} 'wasm-unsafe-eval'; style-src ${hash(style)}; img-src data:; worker-src blob:; base-uri 'none'; form-action 'none'"`);
  html = replaced(html, '<link rel="icon" href="icon.svg" type="image/svg+xml">', `<link rel="icon" href="${icon}">`);
  html = replaced(html, '<link rel="manifest" href="manifest.webmanifest">\n', "");
  html = replaced(html, '<link rel="modulepreload" href="engine/worker.js">\n', "");
  html = replaced(html, '<script type="module" src="main.js"></script>\n', "");
  html = replaced(html, '<link rel="stylesheet" href="style.css">', `<style>${style}</style>`);
  html = replaced(html, "</body>", `<script>${script}</script>\n</body>`);
  write(join(dist, "joulegram.html"), html);
}

rmSync(dist, { recursive: true, force: true });
await served();
await single();
for (const name of files(dist).sort()) {
  const bytes = readFileSync(join(dist, name));
  const small = [gzipSync(bytes, { level: 9 }), brotliCompressSync(bytes)].map((text) => String(text.length).padStart(8));
  console.log(`${String(statSync(join(dist, name)).size).padStart(8)} ${small.join(" ")}  ${name}`);
}
