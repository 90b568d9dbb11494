// What the command line says, to hold the page against.
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const program = join(target, "release/joulegram");

/** Runs the command line in a folder, of the repository where it is relative: what it prints, or the sentence that it refuses with. */
export function joulegram(folder, ...values) {
  const run = spawnSync(program, values, { cwd: resolve(root, folder), encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.error) throw run.error;
  if (run.status === 0) return { text: run.stdout };
  return { fault: run.stderr.replace(/^joulegram: /, "").trimEnd() };
}

const named = (folder, extension) =>
  readdirSync(join(root, folder)).filter((name) => name.endsWith(extension)).sort();

/** Every scenario of the fixtures, with the files that it names. */
export function scenarios() {
  const folder = "fixtures/scenarios";
  return named(folder, ".json").map((name) => {
    const text = readFileSync(join(root, folder, name), "utf8");
    const files = [...text.matchAll(/"file"\s*:\s*"([^"]+)"/g)].map(([, path]) => path);
    return { folder, name, text, files: Object.fromEntries(files.map((path) => [path, bytes(join(folder, path))])) };
  });
}

/** Every model of the fixtures. */
export const models = () => named("fixtures/models", ".tflite").map((name) => file("fixtures/models", name));

/** Every other tool's file of the fixtures. */
export const imports = () =>
  readdirSync(join(root, "fixtures/imports")).filter((name) => !name.endsWith(".py")).sort().map((name) => file("fixtures/imports", name));

/** The fuzzers' committed inputs. */
export const hostile = (target) =>
  readdirSync(join(root, "fuzz/corpus", target)).sort().map((name) => file(`fuzz/corpus/${target}`, name));

/** Bytes of a file of the repository. */
export const bytes = (path) => new Uint8Array(readFileSync(join(root, path)));
const file = (folder, name) => ({ folder, name: basename(name), bytes: bytes(join(folder, name)) });

/** A fault of the page as the command line writes it. */
export const sentence = ({ message, field, file }) => [file, field, message].filter(Boolean).join(": ");
