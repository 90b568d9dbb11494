// How often, how long and how many: three numbers whose product the core puts into the scenario.

import { byId } from '../dom.js';
import { t } from '../text/language.js';
import { quantity, yearsOf } from '../text/number.js';
import { draft, changed, onReplace, set } from './draft.js';
import { bind } from './fields.js';

const NAMED = /^([\d.e+-]+) a day, ([\d.e+-]+) years, ([\d.e+-]+) devices$/;
const known = { per_day: 86400, years: 1, devices: 1 };
const middle = (value) => (typeof value === 'object' ? value.mode : value);

function tell() {
  const numbers = Object.values(known);
  if (numbers.some((number) => number === undefined)) {
    draft.use = null;
    set('inference.bottom_up.inferences', undefined);
  } else {
    draft.use = { ...known };
    // A place for the product, which the worker fills in; the words say already what it is of.
    set('inference.bottom_up.inferences', { value: 0, source: `${known.per_day} a day, ${known.years} years, ${known.devices} devices` });
  }
  set('inference.device_count', known.devices === undefined || known.devices === 1 ? undefined : known.devices);
  if (draft.scenario.inference?.edge) set('inference.edge.years', known.years);
  changed();
}

/** How long and how many, beside how often: the first row alone would not say it. */
function remark() {
  const { years: span, devices } = known;
  byId('use-remark').textContent = span === undefined || devices === undefined ? '' : devices === 1
    ? t('for {years}', { years: yearsOf(span) })
    : t('for {years} on {devices} devices', { years: yearsOf(span), devices: quantity(devices) });
}

/** The years that stand in the form. */
export const years = () => known.years;

/** Binds the three fields; `engine` knows the way back from a total. */
export function bindUse(engine) {
  const write = Object.fromEntries([...document.querySelectorAll('[data-use]')].map((control) => [
    control.dataset.use,
    bind(control, (value) => {
      known[control.dataset.use] = middle(value);
      remark();
      tell();
    }),
  ]));
  const show = () => {
    for (const [name, value] of Object.entries(known)) write[name](value);
    remark();
  };
  onReplace(async (scenario) => {
    const inferences = scenario.inference?.bottom_up?.inferences;
    const named = inferences?.source?.match(NAMED);
    if (named) {
      [known.per_day, known.years, known.devices] = named.slice(1).map(Number);
    } else {
      known.devices = middle(scenario.inference?.device_count) ?? 1;
      known.years = middle(scenario.inference?.edge?.years) ?? 1;
      const total = typeof inferences === 'object' ? inferences?.value ?? inferences?.mode ?? inferences?.range?.mode ?? inferences?.range : inferences;
      known.per_day = total === undefined || total === null ? undefined : await engine.call('per_day', total, known.years, known.devices);
    }
    show();
  });
}
