// A board calibrated: what the suite logged on it and what a power meter saw become a profile. Loaded when the drawer opens.

import { byId, element } from '../dom.js';
import { start } from '../engine/engine.js';
import { current, t, told, translate } from '../text/language.js';
import { read } from '../text/reading.js';
import { showCalibration } from '../view/calibration.js';
import { changed, onReplace, rewrite, set } from './draft.js';
import { withEcho } from './fields.js';
import { bytesOf } from './files.js';
import { prepare, report } from './problems.js';

/** Largest file of a meter that is read, in bytes. */
const LARGEST = 2 ** 28;
/** What an instrument may be off by where nobody says so, in percent. */
const ACCURACY = 5;
/** What every line of the suite begins with. */
const SUITE = 'joulegram step=';

/** An element with a text that follows the language. */
const word = (english, name = 'span', more = {}) => element(name, { ...more, 'data-t': '' }, english);

function field(id, label, control, hint) {
  return element('div', { class: 'field' }, element('label', { for: id }, label), control, hint ? element('p', { class: 'hint' }, hint) : '');
}
const file = (id) => element('input', { type: 'file', id });
const number = (id, unit) => element('input', { id, 'data-unit': unit, inputmode: 'decimal', autocomplete: 'off' });
const text = (id) => element('input', { id, maxlength: '80', autocomplete: 'off', spellcheck: 'false' });

/** The form, in English until it is translated. */
function form() {
  const regulator = element('select', { id: 'board-regulator' },
    word('Not known', 'option', { value: '' }), word('Linear', 'option', { value: 'ldo' }), word('Switching', 'option', { value: 'switching' }));
  return element('fieldset', { class: 'fields' },
    word('Calibrate a board', 'legend'),
    word('The log of the calibration suite and a power meter’s file become a profile of the board.', 'p'),
    element('div', { class: 'drop', id: 'drop-board' },
      word('Drop both here, or choose them: they are read here and sent nowhere.', 'p'),
      field('board-log', word('The suite’s log'), file('board-log')),
      field('board-meter', word('The meter’s file'), file('board-meter'), word('Its format is told by its content. Without it, watts stay not known.'))),
    field('board-volts', word('Supply voltage'), number('board-volts', 'V'), word('Needed where the meter wrote currents only')),
    field('board-accuracy', word('The meter may be off by'), number('board-accuracy', '%')),
    field('board-regulator', word('Regulator'), regulator),
    field('board-name', word('What the board is called'), text('board-name')),
    element('details', {}, word('Where the meter’s file does not say it', 'summary'),
      field('board-samples_per_second', word('Samples a second'), number('board-samples_per_second', 'Hz')),
      field('board-marker', word('The marker’s input'), text('board-marker'), word('Such as D1, where several inputs change'))),
    element('div', { id: 'calibrated', 'aria-live': 'polite' }));
}

const chosen = { log: null, meter: null };
const values = { volts: undefined, accuracy: undefined, samples_per_second: undefined };
/** Controls that can't be read: until they can, nothing is asked. */
const unread = new Set();
let pending = false;
let busy = false;
let engine = null;
let result = null;
let language = '';

/** What was filled in, as the core takes it. */
function options() {
  const typed = (value) => (value === undefined ? undefined : String(value));
  return {
    name: byId('board-name').value.trim() || chosen.log.name.replace(/\.[^.]*$/, ''),
    volts: typed(values.volts),
    accuracy: typed(values.accuracy),
    samples_per_second: typed(values.samples_per_second),
    regulator: byId('board-regulator').value || undefined,
    marker: byId('board-marker').value.trim() || undefined,
  };
}

/** The control that a fault is about: of a file's fault one that was filled in, else the file itself. */
function controlOf({ field: name, file: about }) {
  const control = byId(`board-${name}`);
  if (control && (!about || control.value)) return control;
  return byId(chosen.meter && about === chosen.meter.name && about !== chosen.log.name ? 'board-meter' : 'board-log');
}

/** A fault in the reader's language, without what only a command line can do. */
function sentence({ message }) {
  const rate = message.replaceAll('`samples_per_second`', `“${t('Samples a second')}”`);
  return told(rate.replace(/(: [^:`]*|, [^,:`]*)`--[^`]*`.*$/, ''));
}

const controls = () => document.querySelectorAll('#calibrate input, #calibrate select');

async function show() {
  language = current();
  const profile = JSON.parse(result.profile);
  const use = () => {
    const { calibration, ...bare } = profile;
    set('device', { profile: bare });
    rewrite();
    changed();
  };
  byId('calibrated').replaceChildren(...await showCalibration(engine, JSON.parse(result.report), profile, { text: result.profile, use }));
}

/** Says what can't be read, and shows no result that is not of it. */
function refuse(control, message) {
  unread.add(control);
  result = null;
  byId('calibrated').replaceChildren();
  report(control.id, control, message);
}

/** Whether what was asked is no longer what stands in the form. */
const isOverdue = () => pending || unread.size > 0 || !chosen.log;

/** Whether a result is still to come: a screen reader waits for it. */
const announce = (coming) => byId('calibrated').setAttribute('aria-busy', String(coming));

/** Asks with what is there; while one calibration is computed only the newest waits. */
async function calibrate() {
  pending = true;
  if (busy) return;
  if (!chosen.log || unread.size) {
    announce(false);
    return;
  }
  busy = true;
  announce(true);
  while (pending && chosen.log && !unread.size) {
    pending = false;
    // A worker of its own: a large trace keeps no answer waiting.
    engine ??= start();
    try {
      const found = await engine.call('calibrate', chosen.log, chosen.meter, options());
      if (isOverdue()) continue;
      for (const control of controls()) report(control.id, control, null);
      result = found;
      await show();
    } catch (fault) {
      if (isOverdue()) continue;
      result = null;
      byId('calibrated').replaceChildren();
      // What names neither is no fault of the core's: the worker has stopped.
      if (!fault.field && !fault.file) {
        engine.stop();
        engine = null;
      }
      const { text: said, lang } = sentence({ message: fault.message || t('This file can’t be read') });
      const control = controlOf(fault);
      for (const other of controls()) if (other !== control) report(other.id, other, null);
      const folded = control.closest('details');
      if (folded) folded.open = true;
      report(control.id, control, said, lang === 'en');
    }
  }
  busy = false;
  announce(false);
}

async function take(control, given) {
  const part = control.id.replace('board-', '');
  announce(true);
  unread.delete(control);
  report(control.id, control, null);
  try {
    chosen[part] = given ? { name: given.name, bytes: await bytesOf(given, LARGEST) } : null;
  } catch (error) {
    chosen[part] = null;
    refuse(control, error.message || t('This file can’t be read'));
    announce(busy);
    return;
  }
  if (!chosen.log) {
    result = null;
    byId('calibrated').replaceChildren();
  }
  await calibrate();
}

/** Puts a file where it belongs, by what stands in it. */
async function sort(given) {
  const beginning = await given.slice(0, 65536).text().catch(() => '');
  const control = byId(beginning.includes(SUITE) ? 'board-log' : 'board-meter');
  const carrier = new DataTransfer();
  carrier.items.add(given);
  control.files = carrier.files;
  await take(control, given);
}

function bindNumber(id, otherwise) {
  const control = byId(`board-${id}`);
  const say = withEcho(control);
  let wait;
  control.addEventListener('input', () => {
    try {
      const value = read(control.value, control.dataset.unit);
      values[id] = typeof value === 'object' ? value.mode : value;
      unread.delete(control);
      report(control.id, control, null);
      say(values[id] ?? otherwise);
      clearTimeout(wait);
      wait = setTimeout(calibrate, 300);
    } catch (error) {
      refuse(control, error.message);
    }
  });
  const again = () => say(values[id] ?? otherwise);
  again();
  onReplace(again);
}

function bindDrop(zone) {
  const over = (is) => (event) => {
    event.preventDefault();
    // The page around it takes files too.
    event.stopPropagation();
    zone.classList.toggle('over', is);
  };
  zone.addEventListener('dragover', over(true));
  zone.addEventListener('dragleave', over(false));
  zone.addEventListener('drop', async (event) => {
    over(false)(event);
    for (const given of [...event.dataTransfer.files].slice(0, 2)) await sort(given);
  });
}

/** Builds the form and binds it. */
export function bindCalibrate() {
  const place = byId('calibrate');
  place.replaceChildren(form());
  translate(place);
  for (const control of controls()) prepare(control);
  for (const id of ['board-log', 'board-meter']) byId(id).addEventListener('change', ({ target }) => take(target, target.files[0]));
  bindNumber('volts');
  bindNumber('accuracy', ACCURACY);
  bindNumber('samples_per_second');
  for (const id of ['board-regulator', 'board-name', 'board-marker']) byId(id).addEventListener('change', calibrate);
  bindDrop(byId('drop-board'));
  onReplace(() => { if (result && current() !== language) show(); });
}
