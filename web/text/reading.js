// What a person typed as a number: `1,5` and `1.5`, `86,400` and `86 400`, `8 µW`, `20 to 50`, `36 (20 to 50)`.

import { locale, t } from './language.js';
import { format, quantity, span } from './number.js';

const POWERS = { n: 1e-9, 'µ': 1e-6, 'μ': 1e-6, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, million: 1e6, Mio: 1e6 };
const NUMBER = /[+-]?(?:\d[\d.,'’ \u00a0\u202f_]*\d|\d|[.,]\d+)(?:[eE][+-]?\d+)?/;
const BETWEEN = /\s+(?:to|bis|–|-)\s+|\s*(?:\.\.\.?|…|–)\s*/;

/** The sign of thousands in the reader's language. */
const grouping = () => new Intl.NumberFormat(locale()).formatToParts(12345).find((part) => part.type === 'group')?.value ?? ',';

/** One number's digits; the sign that comes last and once is the decimal one, unless it plainly groups thousands. */
function digits(text) {
  const bare = text.replace(/['’ \u00a0\u202f_]/g, '');
  const [mantissa, exponent = ''] = bare.split(/(?=[eE])/);
  const last = Math.max(mantissa.lastIndexOf('.'), mantissa.lastIndexOf(','));
  if (last < 0) return Number(bare);
  const sign = mantissa[last];
  const other = sign === '.' ? ',' : '.';
  const thousands = /^[+-]?[1-9]\d{0,2}(?:([.,])\d{3})+$/.test(mantissa);
  const groups = mantissa.split(sign).length > 2 || (thousands && !mantissa.includes(other) && sign === grouping());
  const plain = groups
    ? mantissa.replaceAll(sign, '').replace(other, '.')
    : mantissa.replaceAll(other, '').replace(sign, '.');
  return Number(plain + exponent);
}

/** A number with the prefix of its unit, if it has one. */
function single(text, unit) {
  const match = text.trim().match(new RegExp(`^(${NUMBER.source})\\s*(.*)$`));
  if (!match) return null;
  const value = digits(match[1]);
  const rest = match[2].trim();
  if (!Number.isFinite(value)) return null;
  if (rest === '' || rest === unit) return { value, prefix: '' };
  const bare = unit && rest.endsWith(unit) ? rest.slice(0, -unit.length).trim() : rest;
  if (!(bare in POWERS)) return null;
  // The exponent is written, not multiplied: 8 µW is the number 8e-6 and no neighbour of it.
  const power = Math.round(Math.log10(POWERS[bare]));
  const [mantissa, exponent = '0'] = String(value).split('e');
  return { value: Number(`${mantissa}e${Number(exponent) + power}`), prefix: rest };
}

/**
 * Reads a field: a number, a range `{ low, mode, high }`, or `undefined` where it is empty.
 * What can't be read throws an `Error` in the reader's language.
 */
export function read(text, unit = '') {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const refuse = () => { throw new Error(t('“{text}” is no number: write 1.5 or 1,5, or a range such as 36 (20 to 50)', { text: trimmed.slice(0, 40) })); };
  const ranged = trimmed.match(/^(.+?)\s*\((.+)\)\s*(\D*)$/);
  if (ranged) {
    const ends = ranged[2].split(BETWEEN);
    if (ends.length !== 2) refuse();
    const last = ends[1] + (single(ends[1], unit)?.prefix ? '' : ranged[3]);
    const high = single(last, unit) ?? refuse();
    const low = single(single(ends[0], unit)?.prefix ? ends[0] : `${ends[0]} ${high.prefix}`, unit) ?? refuse();
    const middle = single(ranged[1], unit) ?? refuse();
    return { low: low.value, mode: middle.value, high: high.value };
  }
  const one = single(trimmed, unit);
  return one ? one.value : refuse();
}

/** What was understood, to stand beside the field. */
export function echo(value, unit = '') {
  if (value === undefined || value === null) return t('not known');
  if (typeof value === 'number') return quantity(value, unit);
  const { low, mode, high } = spread(value);
  return low < high ? `${quantity(mode, unit)} (${span(low, high, unit)})` : quantity(mode, unit);
}

/** A scenario's number in any of its forms as low, mode and high. */
export function spread(value) {
  if (typeof value === 'number') return { low: value, mode: value, high: value };
  if (typeof value?.value === 'number') return spread(value.value);
  if (value?.range !== undefined) return spread(value.range);
  return { low: value?.low, mode: value?.mode, high: value?.high };
}

/** A scenario's number as it is written into its field. */
export function written(value, unit = '') {
  if (value === undefined || value === null || typeof value === 'string') return '';
  const { low, mode, high } = spread(value);
  if (mode === undefined) return '';
  const exact = (number) => {
    const power = unit && number !== 0 && Math.abs(number) < 1e-3 ? (Math.abs(number) < 1e-6 ? ['n', 9] : ['µ', 6]) : null;
    const size = power ? Number(`${number}e${power[1]}`.replace(/e(-?\d+)e(\d+)/, (whole, a, b) => `e${Number(a) + Number(b)}`)) : number;
    const text = format({ maximumSignificantDigits: 12, notation: Math.abs(size) >= 1e9 ? 'scientific' : 'standard' }, size);
    return power ? `${text} ${power[0]}${unit}` : text;
  };
  return low < high ? `${exact(mode)} (${t('{low} to {high}', { low: exact(low), high: exact(high) })})` : exact(mode);
}
