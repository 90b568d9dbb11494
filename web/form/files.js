// Files that are dropped or chosen: a model, a scenario, a profile, a reading. They are read here and sent nowhere.

import { byId } from '../dom.js';
import { modelBytes } from '../engine/host.js';
import { t } from '../text/language.js';
import { quantity } from '../text/number.js';
import { changed, draft, replace, rewrite, set } from './draft.js';
import { showInspection } from './layers.js';
import { prepare, report } from './problems.js';

/** Largest file that is read, in bytes. */
const LARGEST = 64e6;

/** The bytes of a file that is not too large. */
export async function bytesOf(file, largest = LARGEST) {
  if (file.size > largest) {
    throw new Error(t('{name} has {size}: at most {limit} are read', { name: file.name, size: quantity(file.size, 'B'), limit: quantity(largest, 'B') }));
  }
  return new Uint8Array(await file.arrayBuffer());
}

/** JSON begins with a brace; a byte order mark and spaces may stand before it. */
function jsonOf(bytes) {
  const start = bytes.findIndex((byte) => ![0xef, 0xbb, 0xbf, 9, 10, 13, 32].includes(byte));
  if (bytes[start] !== 0x7b) return null;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new Error(t('This is no JSON: {why}', { why: error.message }));
  }
}

const basename = (path) => path.split(/[\\/]/).at(-1);
const isProfile = (json) => 'cost' in json || 'profile' in json;
const isScenario = (json) => ['search', 'training', 'inference', 'model', 'site'].some((key) => key in json);

/** Models by name, for measuring. */
export const models = new Map();

async function takeModel(engine, file, bytes) {
  // A scenario that waits for this file keeps the path by which it names it.
  const wanted = draft.scenario.model?.file;
  const name = wanted && basename(wanted) === file.name ? wanted : file.name;
  await give(engine, name, bytes);
  if (name === wanted) return;
  set('model', { file: name });
  set('name', file.name.replace(/\.tflite$/i, ''));
}

async function give(engine, name, bytes) {
  await engine.call('file', name, bytes);
  const inspection = JSON.parse(await engine.call('inspect', name));
  models.set(name, bytes);
  showInspection(inspection);
}

/** The page has the four networks' files: a scenario that names one finds it. */
export async function provide(engine, scenario) {
  const name = scenario.model?.file;
  const key = name && basename(name).match(/^(kws|vww|ic|ad)\.tflite$/)?.[1];
  if (!key || models.has(name)) return;
  try {
    await give(engine, name, await modelBytes(key));
  } catch { /* the core then says that there is no such file */ }
}

async function take(engine, file) {
  const bytes = await bytesOf(file);
  const json = jsonOf(bytes);
  if (json === null) {
    await takeModel(engine, file, bytes);
  } else if (isProfile(json)) {
    // What a calibration rests on is for people: the profile does without.
    const { calibration, ...profile } = json.profile ?? json;
    set('device', { profile });
  } else if (isScenario(json)) {
    await provide(engine, json);
    replace(json);
    return;
  } else {
    throw new Error(t('{name} is neither a model nor a scenario nor a profile', { name: file.name }));
  }
  rewrite();
  changed();
}

/** Reads a file for a control, and says beside it what is wrong. */
async function attempt(control, file, by) {
  prepare(control);
  try {
    report(control.id, control, null);
    if (file) await by(file);
  } catch (error) {
    report(control.id, control, error.message || t('This file can’t be read'), 'field' in error);
  }
}

/** Binds drop zone and pickers. */
export function bindFiles(engine) {
  const model = byId('model-file');
  const any = (control) => ({ target }) => attempt(control, target.files[0], (file) => take(engine, file));
  model.addEventListener('change', any(model));
  const profile = byId('profile-file');
  profile.addEventListener('change', any(profile));

  const zone = byId('drop-model');
  const over = (is) => (event) => {
    event.preventDefault();
    zone.classList.toggle('over', is);
  };
  // A file may be dropped anywhere: the zone only says so.
  document.addEventListener('dragover', over(true));
  document.addEventListener('dragleave', over(false));
  document.addEventListener('drop', (event) => {
    over(false)(event);
    const [file] = event.dataTransfer.files;
    if (file) byId('drawer-model').open = true;
    attempt(model, file, (dropped) => take(engine, dropped));
  });

  for (const control of document.querySelectorAll('[data-reading]')) {
    control.addEventListener('change', ({ target }) => attempt(control, target.files[0], async (file) => {
      await engine.call('file', file.name, await bytesOf(file));
      set(`${control.dataset.reading}.measured`, { file: file.name });
      rewrite();
      changed();
    }));
  }
}
