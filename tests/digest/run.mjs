// Prints the digest that a WebAssembly module's function `digest` returns: node run.mjs MODULE
import { readFileSync } from "node:fs";

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]));
console.log(BigInt.asUintN(64, instance.exports.digest()).toString(16).padStart(16, "0"));
