// Where it comes from: stages, and on opening the layers of an inference and the day of a device.

import { byId, drawer, element, table } from '../dom.js';
import { t } from '../text/language.js';
import { full, mode, percent, span, whole } from '../text/number.js';
import { chart } from './chart.js';
import { device, evidence, site } from './words.js';

const numbers = (range) => (range ? { low: range.low, mode: range.mode, high: range.high } : {});
/** Most layers that a drawing shows; the table has all. */
const DRAWN = 16;

function stageTable(answer) {
  const life = answer.life_cycle.emissions_grams_co2e?.mode;
  const two = (one, other) => element('span', { class: 'two' }, one, other ? element('small', {}, other) : '');
  const ranged = (range, unit) => two(mode(range, unit), range && range.low < range.high ? span(range.low, range.high, unit) : '');
  return table(t('Where it comes from'), [t('stage'), t('on, in'), '#' + t('energy'), '#' + t('emissions'), '#' + t('share'), t('how')],
    answer.stages.map((stage) => [
      t(stage.name), stage.evidence ? two(device(stage.device), site(stage.site)) : '–', ranged(stage.energy_kilowatt_hours, 'kWh'), ranged(stage.emissions_grams_co2e, 'gCO2e'),
      stage.emissions_grams_co2e && life ? percent(stage.emissions_grams_co2e.mode / life) : '–', evidence(stage.evidence),
    ]));
}

function layerTable(layers) {
  return table(t('Layers of one inference'), [t('no.'), t('operator'), t('output'), '#MAC', '#' + t('energy'), '#' + t('share')],
    layers.map((layer) => [
      String(layer.index), t(layer.operator.toLowerCase().replaceAll('_', ' ')), layer.output_shape?.join('×') ?? t('not known'),
      layer.macs === null ? t('not known') : whole(layer.macs), mode(layer.energy_joules, 'J'), percent(layer.share),
    ]));
}

function dayTable(edge) {
  const rows = [['inferences', edge.active_joules_per_day], ['between them', edge.rest_joules_per_day], ['sensor', edge.sensor_joules_per_day],
    ['radio', edge.radio_joules_per_day], ['losses of the supply', edge.losses_joules_per_day]];
  return table(t('A day of one device in the field'), [t('in a day'), '#' + t('energy')],
    rows.filter(([, joules]) => joules?.high > 0).map(([what, joules]) => [t(what), full(joules, 'J')]));
}

/** A drawer that stays as it was when the answer is another one. */
function kept(id, summary, open) {
  const was = byId(id)?.open ?? false;
  const box = drawer(summary);
  box.id = id;
  let filled = false;
  box.addEventListener('toggle', async () => {
    if (!box.open || filled) return;
    filled = true;
    box.append(...(await open()).filter(Boolean));
  });
  box.open = was;
  return box;
}

/** Shows stages, layers and the day in the field. */
export async function showStages(engine, answer) {
  const shown = answer.stages.filter((stage) => stage.evidence);
  const drawn = shown.length > 1 ? await chart(engine, 'bars', {
    id: 'chart-stages', title: t('Emissions by stage'), unit: 'gCO2e', caption: t('The thin line is the range, 5 % to 95 % of what the inputs allow.'),
    rows: shown.map((stage) => ({ label: t(stage.name), ...numbers(stage.emissions_grams_co2e), text: full(stage.emissions_grams_co2e, 'gCO2e'), series: stage.name })),
  }) : null;
  const parts = [drawn, stageTable(answer)];
  const layers = answer.layers.filter((layer) => layer.energy_joules);
  if (layers.length) {
    const costly = layers.toSorted((one, other) => other.share - one.share).slice(0, DRAWN);
    const box = kept('layers-drawer', t('The layers of one inference'), async () => [
      await chart(engine, 'bars', {
        id: 'chart-layers', title: t('Energy by layer'), unit: 'J',
        caption: t('The costliest first. All layers share the device’s uncertain rates: their ranges widen together.'),
        rows: costly.map((layer) => ({ label: `${layer.index} ${t(layer.operator.toLowerCase().replaceAll('_', ' '))}`, ...numbers(layer.energy_joules), text: mode(layer.energy_joules, 'J'), series: 'inference' })),
      }), layerTable(answer.layers)]);
    parts.push(box);
  }
  if (answer.edge) parts.push(element('h3', {}, t('A day of one device in the field')), dayTable(answer.edge));
  const check = answer.training_cross_check;
  if (check) parts.push(element('p', { class: 'hint' }, t('Samples, epochs and the network’s work give {energy} for the training.', { energy: full(check.bottom_up_kilowatt_hours, 'kWh') })));
  byId('stages').replaceChildren(...parts.filter(Boolean));
}
