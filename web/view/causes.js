// Why the answer is a range: how far each input moves it.

import { byId, drawer, element, said, table } from '../dom.js';
import { t, told } from '../text/language.js';
import { percent, quantity, span } from '../text/number.js';
import { chart } from './chart.js';
import { input, owner } from './words.js';

/** What the drawing has room for; the table has it whole. */
const short = (text) => (text.length > 40 ? `${text.slice(0, 39).trimEnd()}…` : text);

/** Shows the inputs that widen the range, the widest first. */
export async function showCauses(engine, answer) {
  const causes = answer.life_cycle_causes;
  const place = byId('causes');
  place.closest('section').hidden = causes.length === 0;
  if (!causes.length) return;
  const was = byId('causes-table')?.open ?? false;
  const label = (cause) => t('{input} of {owner}', { input: input(cause.input.what), owner: owner(cause.input.of) });
  const drawn = await chart(engine, 'tornado', {
    id: 'chart-causes', title: t('Why it is a range'), unit: 'gCO2e', mode: causes[0].result.mode,
    caption: t('Emissions with one input at each end of its range and all others at their most likely value. At the right stands its part of the width.'),
    rows: causes.map((cause) => ({
      label: short(label(cause)), range: span(cause.input.value.low, cause.input.value.high, cause.input.unit), low: cause.result.low, high: cause.result.high, share: percent(cause.share),
    })),
  });
  const twin = drawer(t('The same as a table'), table(t('Why it is a range'), [t('input'), '#' + t('from'), '#' + t('to'), '#' + t('moves it'), '#' + t('part of the width')],
    causes.map((cause) => [
      label(cause), quantity(cause.input.value.low, cause.input.unit), quantity(cause.input.value.high, cause.input.unit),
      span(cause.result.low, cause.result.high, 'gCO2e'), percent(cause.share),
    ])));
  twin.id = 'causes-table';
  twin.open = was;
  place.replaceChildren(...[drawn, twin].filter(Boolean));
}

/** Shows every number with where it comes from, and what the core remarks. */
export function showSources(answer) {
  const was = byId('sources-all')?.open ?? false;
  const line = (row) => element('li', {},
    element('span', { class: 'what' }, t('{input} of {owner}', { input: input(row.what), owner: owner(row.of) })),
    element('span', { class: 'amount' }, element('b', {}, quantity(row.value, row.unit)), row.low < row.high ? ` (${span(row.low, row.high, row.unit)})` : '', row.year ? `, ${row.year}` : ''),
    row.source === 'given' ? element('small', {}, t('given')) : element('cite', { lang: 'en' }, row.source));
  const list = (rows) => element('ul', { class: 'sources' }, ...rows.map(line));
  // What widens the range stands open; all that was used opens.
  const wide = answer.life_cycle_causes.map(({ input: { what, of } }) => `${input(what)} ${of}`);
  const first = answer.sources.filter((row) => wide.includes(`${input(row.what)} ${row.of}`));
  const rest = answer.sources.filter((row) => !first.includes(row));
  const all = drawer(t('{count} more numbers', { count: rest.length }), list(rest));
  all.id = 'sources-all';
  all.open = was;
  byId('sources').replaceChildren(list(first), all);
  byId('notes').replaceChildren(...answer.warnings.map((note) => element('li', {}, said(told(note)))));
  byId('notes-section').hidden = answer.warnings.length === 0;
  byId('digest').textContent = t('digest {digest} of {draws} draws: the command line gives the same', { digest: answer.digest, draws: quantity(answer.draws) });
}
