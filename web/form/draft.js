// The scenario that the form is about, and who wants to know of its changes.

import { DEFAULT } from '../scenario/default.js';
import { complete, copy, get, put } from '../scenario/path.js';

const readers = [];
const writers = [];

/** What stands in the form. `use`: inferences a day, years and devices where they are to be multiplied anew. */
export const draft = { scenario: copy(DEFAULT), use: null };

/** Called after each change, with the scenario to ask about. */
export const onChange = (reader) => readers.push(reader);
/** Called when the whole scenario is another one, to write it into fields. */
export const onReplace = (writer) => writers.push(writer);

/** Training and search stand on the same machine unless a scenario says otherwise. */
const MIRRORED = /^training\.(device|site)(?=\.|$)/;

/** Tells the core. */
export function changed() {
  const scenario = complete(draft.scenario);
  for (const reader of readers) reader(scenario, draft.use);
}

/** Puts a value into the scenario without telling yet; `undefined` takes it away. */
export function set(path, value) {
  put(draft.scenario, path, value);
  if (MIRRORED.test(path) && draft.scenario.search) put(draft.scenario, path.replace('training', 'search'), copy(value));
}

/** Puts a value into the scenario and tells. */
export function change(path, value) {
  set(path, value);
  changed();
}

/** What the scenario has at a place. */
export const has = (path) => get(draft.scenario, path);

/** Another scenario altogether. */
export function replace(scenario) {
  draft.scenario = copy(scenario);
  draft.use = null;
  rewrite();
  changed();
}

/** Writes the scenario into the fields again. */
export function rewrite() {
  for (const writer of writers) {
    // A scenario from elsewhere may be none: the core says what is wrong with it, and a field that can't show it stays.
    (async () => writer(draft.scenario))().catch(() => {});
  }
}
