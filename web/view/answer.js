// The answer: a sentence for the ear, numbers for the eye.

import { byId, element } from '../dom.js';
import { t } from '../text/language.js';
import { full, percent, quantity, span } from '../text/number.js';
import { device, site } from './words.js';

/** Where a line's mark stands between its ends, in percent. */
const place = ({ low, mode, high }) => `${(100 * Math.min(1, Math.max(0, (mode - low) / (high - low)))).toFixed(1)}%`;

/** A number above the line of its range. */
function figure(label, range, unit, { before = '', main = false } = {}) {
  const line = range && range.low < range.high
    ? element('span', { class: 'line', 'aria-hidden': 'true' }, element('i')) : '';
  if (line) line.firstChild.style.left = place(range);
  const [number, ...symbol] = range ? quantity(range.mode, unit).split('\u00a0') : [t('not known')];
  return element('div', { class: main ? 'figure main' : 'figure' },
    element('span', { class: 'label' }, label),
    element('span', { class: 'value' }, before, number, ' ', element('small', {}, symbol.join('\u00a0'))),
    line,
    element('span', { class: 'range' }, range && range.low < range.high ? span(range.low, range.high, unit) : ''));
}

/** Where: in a place, or on a grid that is no place. */
function where(text) {
  if (/fallback/.test(text)) return t('with the world’s average grid');
  return /^a grid of/.test(text) ? t('with {place}', { place: site(text) }) : t('in {place}', { place: site(text) });
}

/** The sentence. */
export function sentence(document_) {
  const { name, life_cycle: life, stages, embodied_grams_co2e: embodied } = document_;
  const inference = stages.find((stage) => stage.name === 'inference');
  const atLeast = life.is_lower_bound ? t('at least ') : '';
  if (!life.emissions_grams_co2e) return t('The energy of {name} is not known.', { name: t(name) });
  const known = stages.filter((stage) => stage.evidence).map((stage) => t(stage.name));
  const subject = inference?.device
    ? t('The life of {name} on {device} {where}', { name: t(name), device: device(inference.device), where: where(inference.site) })
    : t('The life of {name}', { name: t(name) });
  const parts = life.is_lower_bound ? t(', as far as it is known ({stages}),', { stages: known.join(', ') }) : '';
  const text = t('{subject}{parts} emits {atLeast}{grams} and takes {atLeast}{energy}.', {
    subject, parts, atLeast, grams: full(life.emissions_grams_co2e, 'gCO2e'), energy: full(life.energy_kilowatt_hours, 'kWh'),
  });
  return embodied ? `${text} ${t('Its part of making the hardware is {grams} beside that.', { grams: full(embodied, 'gCO2e') })}` : text;
}

/** What part of the emissions each stage has: a bar, and the same in words. */
function shares({ stages, life_cycle: { emissions_grams_co2e: life } }) {
  const known = stages.filter((stage) => stage.emissions_grams_co2e && life?.mode > 0);
  if (known.length < 2) return '';
  const parts = known.map((stage) => ({ name: stage.name, share: stage.emissions_grams_co2e.mode / life.mode }));
  const bar = element('div', { class: 'stack', 'aria-hidden': 'true' }, ...parts.map(({ name, share }) => {
    const part = element('i', { class: name });
    part.style.flexGrow = String(share);
    return part;
  }));
  return element('div', { class: 'shares' }, bar,
    element('p', {}, ...parts.map(({ name, share }) => element('span', {}, element('i', { class: name, 'aria-hidden': 'true' }), `${t(name)} ${percent(share)}`))));
}

/** Shows sentence and numbers. */
export function showAnswer(answer) {
  const life = answer.life_cycle;
  const before = life.is_lower_bound ? '≥ ' : '';
  const words = sentence(answer);
  const output = byId('sentence');
  if (output.textContent !== words) output.textContent = words;
  const days = answer.edge?.battery_life_days;
  byId('figures').replaceChildren(
    figure(t('Emissions over its life'), life.emissions_grams_co2e, 'gCO2e', { before, main: true }),
    figure(t('Energy at the meter'), life.energy_kilowatt_hours, 'kWh', { before }),
    figure(t('One inference'), answer.energy_per_inference_joules, 'J'),
    figure(t('Its time'), answer.seconds_per_inference, 's'),
    ...(days ? [figure(t('A set of cells lasts'), days, 'd')] : []),
    ...(answer.embodied_grams_co2e ? [figure(t('Making the hardware'), answer.embodied_grams_co2e, 'gCO2e')] : []),
    shares(answer),
  );
}
