// Fields of numbers, each bound to a place in the scenario by its `data-path`.

import { element } from '../dom.js';
import { get } from '../scenario/path.js';
import { t } from '../text/language.js';
import { echo, read, written } from '../text/reading.js';
import { bindByHand, takeByHand } from './by-hand.js';
import { placeOf } from './catalogue.js';
import { change, onReplace } from './draft.js';
import { describe, prepare, report } from './problems.js';

/** Where an empty field means the core's own value, with its source below. */
const DEFAULTED = /overhead_share|shared_over|watts_per_processor|utilisation|repeats|pue$|in_series|efficiency|total_grams|time_share|resource_share|site\.grid/;

/** A place beside a control for what was understood. */
export function withEcho(control) {
  const place = element('small', { class: 'echo', id: `${control.id}-echo` });
  control.after(place);
  describe(control, place.id);
  prepare(control);
  return (value) => {
    const empty = value === undefined && DEFAULTED.test(control.dataset.path ?? '');
    place.textContent = empty ? (control.closest('.field').querySelector('.hint') ? '' : t('by default')) : `= ${echo(value, control.dataset.unit)}`;
  };
}

/** Reads a control into `take`; what can't be read is said beside it and goes nowhere. */
export function bind(control, take) {
  const say = withEcho(control);
  control.addEventListener('input', () => {
    try {
      const value = read(control.value, control.dataset.unit);
      report(control.id, control, null);
      say(value);
      take(value);
    } catch (error) {
      report(control.id, control, error.message);
    }
  });
  return (value) => {
    if (control !== document.activeElement) control.value = written(value, control.dataset.unit);
    report(control.id, control, null);
    say(value === null || typeof value === 'string' ? undefined : value);
  };
}

/** Binds every field that names a place. */
export function bindFields() {
  bindByHand();
  for (const control of document.querySelectorAll('[data-path]')) {
    const path = control.dataset.path;
    const write = bind(control, (value) => {
      if (path.startsWith('device.by_hand.')) {
        takeByHand(path.split('.').at(-1), value);
      } else if (path === 'site.grid') {
        const place = document.querySelector('[data-place="site.grid"]');
        place.value = value === undefined ? placeOf(place.dataset.code) : '';
        change(path, value ?? (place.dataset.code || undefined));
      } else {
        change(path, value);
      }
    });
    onReplace((scenario) => write(get(scenario, path)));
  }
  for (const control of document.querySelectorAll('[data-text]')) {
    control.addEventListener('input', () => change(control.dataset.text, control.value.trim() || undefined));
    onReplace((scenario) => { control.value = get(scenario, control.dataset.text) ?? ''; });
  }
  for (const control of document.querySelectorAll('[data-check]')) {
    control.addEventListener('change', () => change(control.dataset.check, control.checked));
    onReplace((scenario) => { control.checked = get(scenario, control.dataset.check) === true; });
  }
}
