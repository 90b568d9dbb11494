// Tests one after the other, counted as cargo counts its own.

let passed = 0;
const failed = [];

/** Runs a test; its name is a statement. */
export async function test(name, work) {
  try {
    await work();
    passed += 1;
    console.log(`test ${name} ... ok`);
  } catch (error) {
    failed.push(name);
    console.log(`test ${name} ... FAILED\n${error.stack ?? error}`);
  }
}

/** Fails with both texts where they differ, cut to where they do. */
export function same(found, expected, what) {
  if (found === expected) return;
  const [a, b] = [String(found), String(expected)];
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const part = (text) => JSON.stringify(text.slice(Math.max(0, at - 80), at + 120));
  throw new Error(`${what}: differs at ${at}\n  found    ${part(a)}\n  expected ${part(b)}`);
}

/** Fails unless it holds. */
export function holds(condition, what) {
  if (!condition) throw new Error(what);
}

/** The last line, and the exit code. */
export function finish() {
  console.log(`test result: ${failed.length ? "FAILED" : "ok"}. ${passed} passed; ${failed.length} failed;`);
  process.exitCode = failed.length ? 1 : 0;
}
