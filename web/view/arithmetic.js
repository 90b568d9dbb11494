// The arithmetic in words, with the numbers that the core used in it.

import { byId, element } from '../dom.js';
import { t } from '../text/language.js';
import { mode, quantity } from '../text/number.js';
import { device, site } from './words.js';

/** The row of a number that the core used, the last of its name: inference comes last. */
const used = (answer, what, of) => answer.sources.findLast((row) => row.what === what && (of === undefined || row.of === of));
const number = (row) => (row ? quantity(row.value, row.unit) : null);

/** A number with what it is, small below it. */
const term = (value, label, year) => element('span', { class: 'term' },
  element('b', {}, value), element('small', {}, year ? `${label}, ${year}` : label));
const sign = (text) => element('span', { class: 'sign' }, text);

function steps(answer, stage) {
  const first = answer.sources.find((row) => row.what === 'PUE' && row.of === stage.site);
  const pue = stage.name === 'inference' ? used(answer, 'PUE', stage.site) : first;
  const grid = used(answer, 'grid factor', stage.site);
  const parts = [];
  const device_ = device(stage.device);
  if (stage.name === 'inference') {
    const inferences = used(answer, 'inferences', 'inference');
    if (answer.energy_per_inference_joules && inferences) {
      parts.push(term(mode(answer.energy_per_inference_joules, 'J'), t('one inference on {device}', { device: device_ })), sign('×'), term(number(inferences), t('inferences')));
    }
  } else {
    const runs = stage.name === 'search' ? used(answer, 'search runs', 'search') : null;
    const [samples, epochs] = ['samples', 'epochs'].map((what) => used(answer, what, 'training'));
    const training = answer.stages.find(({ name }) => name === 'training');
    if (runs) parts.push(term(number(runs), t('runs like the training')), ...(training.energy_joules ? [sign('×'), term(mode(training.energy_joules, 'J'), t('each'))] : []));
    else if (samples && epochs) parts.push(term(number(samples), t('samples')), sign('×'), term(number(epochs), t('epochs')));
    const hours = used(answer, 'hours', stage.name);
    if (!parts.length && hours) parts.push(term(number(hours), t('hours')), sign('×'), term(number(used(answer, 'processors', stage.name)), t('processors')));
  }
  if (stage.energy_joules) parts.push(...(parts.length ? [sign('=')] : []), term(mode(stage.energy_joules, 'J'), stage.name === 'inference' ? t('at the device') : t('on {device}', { device: device_ })));
  if (pue && stage.energy_joules) parts.push(sign('×'), term(number(pue), 'PUE', pue.year));
  parts.push(...(parts.length ? [sign('=')] : []), term(mode(stage.energy_kilowatt_hours, 'kWh'), t('at the meter')));
  if (grid) parts.push(sign('×'), term(number(grid), site(stage.site), grid.year));
  parts.push(sign('='), term(mode(stage.emissions_grams_co2e, 'gCO2e'), t('emitted')));
  return together(parts);
}

/** A sign goes to the next line with its term. */
const together = (parts) => parts.map((part, index) => {
  if (part.className !== 'sign') return parts[index - 1]?.className === 'sign' ? null : part;
  return element('span', { class: 'step' }, part, parts[index + 1]);
}).filter(Boolean);

/** Shows a line a stage. */
export function showArithmetic(answer) {
  const lines = answer.stages.filter((stage) => stage.evidence).reverse()
    .map((stage) => element('p', { class: `line-of ${stage.name}` }, element('strong', {}, t(stage.name)), ...steps(answer, stage)));
  const share = answer.break_even_inferences;
  byId('arithmetic').replaceChildren(
    element('p', { class: 'hint' }, t('With the most likely value of each number; the ranges come from drawing all of them {draws} times.', { draws: quantity(answer.draws) })),
    ...lines,
    ...(share ? [element('p', {}, t('After {count} inferences, use has taken what search and training took.', { count: quantity(Math.ceil(share.mode)) }))] : []),
  );
}
