// What would save most: each measure with its grams, what it asks for, and what it does to accuracy.

import { byId, drawer, element, said } from '../dom.js';
import { t, told } from '../text/language.js';
import { mode, percent, quantity, span } from '../text/number.js';
import { owner, input, site } from './words.js';

/** Most measures that stand open. */
const OPEN = 5;

const core = (text) => said(told(text));

function item(saving) {
  const { description, saved_grams_co2e: grams, saved_kilowatt_hours: energy, share } = saving;
  const bar = element('span', { class: 'bar', 'aria-hidden': 'true' }, element('i'));
  bar.firstChild.style.width = `${Math.max(1, Math.min(100, share * 100)).toFixed(1)}%`;
  const name = saving.to ? [core(description.name), `: ${site(saving.to)}`] : [core(description.name)];
  return element('li', {},
    element('div', { class: 'head' }, element('strong', {}, ...name), element('b', {}, `−${mode(grams, 'gCO2e')}`)),
    bar,
    element('p', {}, `${t('{percent} of all ({range})', { percent: percent(share), range: span(grams.low, grams.high, 'gCO2e') })}; ${energy.mode === 0 ? t('no energy') : quantity(energy.mode, 'kWh')}`),
    element('p', { class: 'hint' }, t('It asks that'), ' ', core(description.condition), '. ', description.accuracy === 'unchanged' ? t('Accuracy stays.') : t('What it does to accuracy is not known.'),
      ' ', element('cite', { lang: 'en' }, `${description.source}, ${description.year}`)));
}

/** Shows the ranking. */
export function showLevers(levers) {
  const savings = levers.savings.filter((saving) => saving.saved_grams_co2e.mode > 0);
  const list = (rows) => element('ol', { class: 'levers' }, ...rows.map(item));
  const was = ['levers-more', 'levers-refused', 'levers-tenths'].map((id) => byId(id)?.open);
  const more = savings.length > OPEN ? drawer(t('{count} more', { count: savings.length - OPEN }), list(savings.slice(OPEN))) : null;
  const refused = drawer(t('{count} that don’t apply here', { count: levers.refused.length }),
    element('ul', {}, ...levers.refused.map(({ name, reason }) => element('li', {}, core(name), ': ', core(reason)))));
  const change = (part) => (part === null ? '–' : `${part > 0 ? '+' : ''}${percent(Math.abs(part)).replace(/^/, part < 0 ? '−' : '')}`);
  const tenths = drawer(t('What a tenth of each number does'),
    element('ul', {}, ...levers.sensitivity.slice(0, 10).map((row) => element('li', {}, t('{input} of {owner}: a tenth less {less}, a tenth more {more}', { input: input(row.what), owner: owner(row.of), less: change(row.less), more: change(row.more) })))));
  const drawers = [more, refused, tenths];
  drawers.forEach((box, index) => {
    if (!box) return;
    box.id = ['levers-more', 'levers-refused', 'levers-tenths'][index];
    box.open = Boolean(was[index]);
  });
  byId('levers').replaceChildren(
    savings.length ? list(savings.slice(0, OPEN)) : element('p', {}, t('Nothing that is known here would save anything.')),
    ...drawers.filter(Boolean));
}
