// Numbers as people write and read them. Nothing is converted here but the prefix of a unit.

import { locale, t } from './language.js';

const PREFIXES = { a: -18, f: -15, p: -12, n: -9, 'µ': -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const ladder = (unit, from, to, offset = 0) => Object.entries(PREFIXES)
  .filter(([, power]) => power >= from && power <= to)
  .map(([prefix, power]) => [prefix + unit, 10 ** (power - offset)]);
const plain = (...steps) => steps;

/** A unit of the core -> its steps for reading, the smallest first. */
const SCALES = {
  J: ladder('J', -18, 18),
  kWh: ladder('Wh', -12, 12, 3),
  gCO2e: [...ladder('g\u00a0CO₂e', -12, 3), ...ladder('t\u00a0CO₂e', 0, 6, -6)],
  W: ladder('W', -9, 9),
  s: plain(['ns', 1e-9], ['µs', 1e-6], ['ms', 1e-3], ['s', 1], ['min', 60], ['h', 3600], ['days', 86400], ['years', 31557600]),
  d: plain(['days', 1], ['years', 365.25]),
  h: plain(['h', 1]),
  Hz: ladder('Hz', 0, 9),
  B: ladder('B', 0, 12),
  'B/s': ladder('B/s', 0, 12),
  'operation/s': ladder('op/s', 0, 18),
  '': plain(['', 1], ['million', 1e6], ['billion', 1e9], ['trillion', 1e12]),
};
const UNITS = { 'gCO2e/kWh': 'g\u00a0CO₂e/kWh' };

const kept = new Map();
/** A formatter: making one costs more than using it. */
export function format(options, number) {
  const key = `${locale()} ${JSON.stringify(options)}`;
  if (!kept.has(key)) kept.set(key, new Intl.NumberFormat(locale(), options));
  return kept.get(key).format(number);
}

const significant = (number) => {
  const size = Math.abs(number);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    return format({ notation: 'scientific', minimumSignificantDigits: 3, maximumSignificantDigits: 3 }, number);
  }
  return format({ minimumSignificantDigits: number === 0 ? 1 : 3, maximumSignificantDigits: 3 }, number);
};

function step(number, steps) {
  const size = Math.abs(number);
  const base = steps.find(([, factor]) => factor === 1) ?? steps[0];
  return steps.findLast(([, factor]) => size / factor >= 0.9995) ?? (number === 0 ? base : steps[0]);
}

const join = (number, unit) => (unit ? `${number}\u00a0${t(unit)}` : number);

/** Three digits and a prefix by size: `1.42 mJ`. */
export function quantity(number, unit = '') {
  const steps = SCALES[unit];
  if (unit === '' && Math.abs(number) < 1e6) return Number.isInteger(number) ? whole(number) : significant(number);
  if (!steps) return join(significant(number), UNITS[unit] ?? unit);
  const [symbol, factor] = step(number, steps);
  return join(significant(number / factor), symbol);
}

/** A whole number with all its digits. */
export const whole = (number) => format({ maximumFractionDigits: 0 }, number);

/** `1.43 to 7.41 mJ`. */
export function span(low, high, unit = '') {
  const steps = SCALES[unit];
  if (steps && unit !== '' && (low === 0 || step(low, steps) === step(high, steps))) {
    const [symbol, factor] = step(high, steps);
    return join(t('{low} to {high}', { low: significant(low / factor), high: significant(high / factor) }), symbol);
  }
  if (!steps && unit) return join(t('{low} to {high}', { low: significant(low), high: significant(high) }), UNITS[unit] ?? unit);
  return t('{low} to {high}', { low: quantity(low, unit), high: quantity(high, unit) });
}

/** So many years in words: `1 year`, `2.5 years`. */
export const yearsOf = (number) => format({ style: 'unit', unit: 'year', unitDisplay: 'long', maximumSignificantDigits: 3 }, number);

/** A range's most likely value, or `not known`. */
export const mode = (range, unit) => (range ? quantity(range.mode, unit) : t('not known'));

/** A range in one line: `1.42 mJ (651 µJ to 1.50 mJ)`. */
export function full(range, unit) {
  if (!range) return t('not known');
  const middle = quantity(range.mode, unit);
  return range.low < range.high ? `${middle} (${span(range.low, range.high, unit)})` : middle;
}

/** A share: `62 %`, never `0 %` for what isn't. */
export function percent(share) {
  if (share === null || share === undefined) return t('not known');
  const parts = share * 100;
  const digits = Math.abs(parts) < 10 ? 1 : 0;
  if (parts > 0 && parts < 0.1) return `<\u00a0${percent(0.001)}`;
  return `${format({ minimumFractionDigits: parts ? digits : 0, maximumFractionDigits: digits }, parts)}\u00a0%`;
}
