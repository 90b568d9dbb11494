// Compares every operator of every int8 fixture model with the golden bytes: node golden.mjs MODULE simd128|portable
import { readFileSync } from "node:fs";

const fixtures = new URL("../../fixtures/", import.meta.url);
const [module, loops] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(module));
const page = instance.exports;
if ((page.simd() === 1) !== (loops === "simd128")) throw new Error(`${module} is not built for ${loops}`);

// Input `number` of make_golden.py: the highest bytes of SplitMix64; -128 or 127 for input 2.
function given(number, length) {
  let state = BigInt(number);
  const word = (value) => BigInt.asUintN(64, value);
  return Int8Array.from({ length }, () => {
    state = word(state + 0x9e3779b97f4a7c15n);
    let z = word((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = word((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    const byte = Number((z ^ (z >> 31n)) >> 56n);
    if (number === 2) return byte & 0x80 ? -128 : 127;
    return byte;
  });
}

function bytes(number, length, float) {
  if (!float) return new Uint8Array(given(number, length).buffer);
  return new Uint8Array(Float32Array.from(given(number, length / 4), (x) => x / 32).buffer);
}

const rows = readFileSync(new URL("golden/golden.csv", fixtures), "utf8").trim().split("\n").slice(1);
const runs = Map.groupBy
  ? Map.groupBy(rows, (row) => row.split(",").slice(0, 3).join())
  : rows.reduce((map, row) => {
      const key = row.split(",").slice(0, 3).join();
      return map.set(key, [...(map.get(key) ?? []), row]);
    }, new Map());
let operators = 0;
for (const [key, expected] of runs) {
  const [name, number, rounding] = key.split(",");
  const file = readFileSync(new URL(`models/${name}.tflite`, fixtures));
  const at = page.reserve(file.length);
  new Uint8Array(page.memory.buffer, at, file.length).set(file);
  if (page.load(rounding === "litert" ? 1 : 0) !== 1) throw new Error(`${name} can't be run`);
  const float = name.startsWith("float_in");
  const input = bytes(Number(number), page.input_bytes(), float);
  new Uint8Array(page.memory.buffer, page.input(), input.length).set(input);
  const count = page.trace();
  const lines = new DataView(page.memory.buffer, page.lines(), count * 16);
  const found = Array.from({ length: count }, (_, line) => [
    lines.getUint32(16 * line, true),
    lines.getUint32(16 * line + 4, true),
    lines.getBigUint64(16 * line + 8, true).toString(16).padStart(16, "0"),
  ].join());
  const wanted = expected.map((row) => {
    const [, , , operator, tensor, , hash] = row.split(",");
    return [operator, tensor, hash].join();
  });
  const place = wanted.findIndex((line, index) => line !== found[index]);
  if (place >= 0 || found.length !== wanted.length) {
    throw new Error(`${key}: operator, tensor, hash ${wanted[place]} expected, ${found[place]} found`);
  }
  operators += count;
}
if (operators !== 870) throw new Error(`${operators} operators in place of 870`);
console.log(`${operators} operators by ${loops}`);
