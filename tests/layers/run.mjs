// Prints what a WebAssembly module's function `layers` returns: node run.mjs MODULE
import { readFileSync } from "node:fs";

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]));
const result = instance.exports.layers();
if (result < 0n) {
  console.log(`layer ${-1n - result} differs`);
  process.exit(1);
}
console.log(`${result} layers agree`);
