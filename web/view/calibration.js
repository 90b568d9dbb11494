// A calibration: how well the profile tells what it has not seen, what a unit of work costs, each step.

import { drawer, element, said, table } from '../dom.js';
import { save } from '../out.js';
import { current, t, told } from '../text/language.js';
import { format, full, percent, quantity, whole } from '../text/number.js';
import { chart } from './chart.js';

const signed = (share) => `${format({ signDisplay: 'always', minimumFractionDigits: 1, maximumFractionDigits: 1 }, 100 * share)}\u00a0%`;
const UNITS = { cycles: 'cycles', instructions: 'instructions', time: 'nanoseconds' };

/** A warning of the core; in German with a comma in its numbers. */
function warned(warning) {
  const { text, lang } = told(warning);
  return said({ text: current() === 'de' && !lang ? text.replace(/(\d)\.(\d)/g, '$1,$2') : text, lang });
}

/** What it draws, or that nobody knows. */
function watts({ evidence, label }, profile) {
  const states = [['active_watts', t('computing')], ['idle_watts', t('idle')], ['sleep_watts', t('asleep')]];
  const known = states.filter(([key]) => profile[key]).map(([key, state]) => `${full(profile[key].range, 'W')} ${state}`);
  if (known.length) return t('It draws {watts}.', { watts: known.join(', ') });
  return evidence === 'emulated' || label ? '' : t('Its watts are not known: nothing measured them.');
}

function answer(report) {
  return t('The profile {name} of {board} tells {unit} of layers that the fit has not seen to {median} in the median, {worst} at worst ({steps} steps, {windows} windows, condition number {condition}).', {
    name: report.name, board: report.board, unit: t(UNITS[report.counter] ?? report.counter),
    median: percent(report.median_left_out_error), worst: percent(report.worst_left_out_error),
    steps: whole(report.steps.length), windows: whole(report.windows.length), condition: quantity(report.condition_number),
  });
}

function costs({ coefficients }) {
  const rows = coefficients.filter(({ ticks }) => ticks > 0).map(({ kind, per, ticks, low, high }) =>
    [t(kind.replaceAll('_', ' ')), t(per.replace(/^per_/, '').replaceAll('_', ' ')), quantity(ticks), quantity(low), quantity(high)]);
  return table(t('What a unit of work costs'), [t('kind'), t('unit of work'), '#' + t('cost'), '#' + t('95 % low'), '#' + t('95 % high')], rows);
}

function steps({ steps: rows }) {
  return table(t('Steps'), [t('step'), '#' + t('measured'), '#' + t('fitted'), '#' + t('error'), '#' + t('error left out')],
    rows.map(({ step, measured, fitted, error, error_left_out }) => [step, whole(measured), whole(fitted), signed(error), signed(error_left_out)]));
}

/** The nodes that show a calibration; `text` is the profile's file, `use()` takes the profile for the device. */
export async function showCalibration(engine, report, profile, { text, use }) {
  const take = element('button', { type: 'button', id: 'board-use' }, t('Use this profile'));
  take.addEventListener('click', use);
  const keep = element('button', { type: 'button', id: 'board-save' }, t('Save this profile'));
  keep.addEventListener('click', () => save(`${report.name}.json`, 'application/json', text));
  const worst = report.steps.reduce((far, step) => (Math.abs(step.error) > Math.abs(far.error) ? step : far));
  const title = t('Fitted against measured');
  const drawn = await chart(engine, 'points', {
    id: 'chart-calibration', title, caption: t('Each point is a step of the suite; on the line the fit gives what was measured.'),
    description: t('{count} points; farthest from the line: {step} by {error}', { count: whole(report.steps.length), step: worst.step, error: signed(worst.error) }),
    along: t('measured'), upward: t('fitted'),
    rows: report.steps.map(({ step, measured, fitted }) => ({ label: step, x: measured, y: fitted })),
  });
  return [
    element('p', {}, answer(report)),
    report.label ? element('p', {}, element('strong', {}, t('Emulated: instructions, not joules.'))) : '',
    element('p', {}, watts(report, profile)),
    report.warnings.length ? element('ul', {}, ...report.warnings.map((warning) => element('li', {}, warned(warning)))) : '',
    element('div', { class: 'buttons' }, take, keep),
    drawn ?? '',
    drawer(t('The same as a table'), steps(report)),
    element('h3', {}, t('What a unit of work costs')),
    costs(report),
  ].filter((node) => node !== '');
}
