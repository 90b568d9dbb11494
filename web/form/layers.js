// The network's layers as a table: to be edited where they are a list, to be read where they come from a file.

import { byId, element, table } from '../dom.js';
import { copy, get } from '../scenario/path.js';
import { current, t } from '../text/language.js';
import { quantity, whole } from '../text/number.js';
import { changed, draft, onReplace, rewrite, set } from './draft.js';

/** Which numbers of a layer stand in the table, by kind. */
const SIZES = { dense: 'units', conv2d: 'filters', transposed_conv2d: 'filters' };
const WINDOWS = ['conv2d', 'depthwise_conv2d', 'transposed_conv2d', 'average_pool', 'max_pool'];
const FRESH = {
  conv2d: { filters: 16, kernel: [3, 3], padding: 'same' },
  depthwise_conv2d: { kernel: [3, 3], padding: 'same' },
  dense: { units: 10 },
  average_pool: { kernel: [2, 2] },
  max_pool: { kernel: [2, 2] },
  add: {},
  activation: {},
  softmax: {},
};

/** What the table was drawn of. */
let drawn;
const key = (model) => `${current()} ${model?.file && inspected ? inspected.layers.length : ''} ${JSON.stringify(model)}`;

const kindOf = (layer) => Object.keys(layer)[0];
const pair = (text) => {
  const numbers = text.match(/\d+/g)?.map(Number) ?? [];
  return numbers.length ? [numbers[0], numbers[1] ?? numbers[0]] : undefined;
};
const shown = (value) => (Array.isArray(value) ? value.join('×') : value ?? '');

/** A small field of one layer. */
function cell(index, kind, layer, key, label, parse, size) {
  const control = element('input', {
    value: String(shown(layer[key])), inputmode: 'numeric', size, 'aria-label': t('Layer {index}, {what}', { index, what: t(label) }), autocomplete: 'off',
  });
  control.addEventListener('change', () => {
    const value = parse(control.value);
    edit((layers) => { if (value === undefined) delete layers[index][kind][key]; else layers[index][kind][key] = value; });
  });
  return control;
}

/** Changes the list; the table is only drawn anew where its rows are others, so that the keyboard keeps its place. */
function edit(by, rows = false) {
  const focused = document.activeElement?.getAttribute('aria-label');
  const model = copy(draft.scenario.model);
  by(model.layers.layers);
  set('model', model);
  if (!rows) drawn = key(model);
  rewrite();
  changed();
  if (rows && focused) [...byId('layer-table').querySelectorAll('[aria-label]')].find((one) => one.getAttribute('aria-label') === focused)?.focus();
}

const count = (text) => (/^\s*\d+\s*$/.test(text) ? Number(text) : undefined);

function row(layer, index) {
  const kind = kindOf(layer);
  const spec = layer[kind];
  const select = element('select', { 'aria-label': t('Layer {index}, {what}', { index, what: t('kind') }) },
    ...[...new Set([kind, ...Object.keys(FRESH)])].map((name) => element('option', { value: name, selected: name === kind }, t(name.replaceAll('_', ' ')))));
  select.addEventListener('change', () => edit((layers) => { layers[index] = { [select.value]: copy(FRESH[select.value]) }; }, true));
  const size = SIZES[kind] ? cell(index, kind, spec, SIZES[kind], 'outputs', count, 5) : kind === 'reshape' ? shown(spec.shape) : '';
  const isWindow = WINDOWS.includes(kind);
  const remove = element('button', { type: 'button', class: 'plain', 'aria-label': t('Remove layer {index}', { index }) }, '×');
  remove.addEventListener('click', () => edit((layers) => layers.splice(index, 1), true));
  const more = element('button', { type: 'button', class: 'plain', 'aria-label': t('A layer like it after layer {index}', { index }) }, '+');
  more.addEventListener('click', () => edit((layers) => layers.splice(index, 0, copy(layer)), true));
  return [
    String(index), select, size,
    isWindow ? cell(index, kind, spec, 'kernel', 'window', pair, 5) : '',
    isWindow ? cell(index, kind, spec, 'stride', 'stride', pair, 4) : '',
    element('span', { class: 'pair' }, more, remove),
  ];
}

function editable(model) {
  const input = element('input', { id: 'layer-input', value: (model.layers.input ?? []).join('×'), autocomplete: 'off' });
  input.addEventListener('change', () => {
    const shape = input.value.match(/\d+/g)?.map(Number);
    const fresh = copy(draft.scenario.model);
    if (shape) fresh.layers.input = shape; else delete fresh.layers.input;
    set('model', fresh);
    drawn = key(fresh);
    rewrite();
    changed();
  });
  return [
    element('div', { class: 'field' }, element('label', { for: 'layer-input' }, t('Shape of the input')), input),
    table(t('Layers'), [t('no.'), t('kind'), t('outputs'), t('window'), t('stride'), t('add, remove')], model.layers.layers.map(row)),
  ];
}

let inspected;
/** What the core found in the model's file. */
export function showInspection(inspection) {
  inspected = inspection;
  draw(draft.scenario);
}

function readable({ layers, totals, arena_bytes: arena }) {
  const known = (number) => (number === null || number === undefined ? t('not known') : whole(number));
  return [
    element('p', { class: 'hint' }, t('{macs} multiply-accumulates, {parameters} parameters, {arena} of memory.', {
      macs: known(totals.macs), parameters: known(totals.parameters), arena: arena ? quantity(arena, 'B') : t('not known'),
    })),
    table(t('Layers'), [t('no.'), t('operator'), t('output'), '#MAC', '#' + t('parameters')], layers.map((layer) => [
      String(layer.index), layer.operator.toLowerCase(), layer.output_shape?.join('×') ?? t('not known'), known(layer.macs), known(layer.parameters),
    ])),
  ];
}

function draw(scenario) {
  const model = get(scenario, 'model');
  if (key(model) === drawn) return;
  drawn = key(model);
  const box = byId('layer-table');
  if (model?.layers && model.layers.layers.length <= 400) box.replaceChildren(...editable(model));
  else if (model?.file && inspected) box.replaceChildren(...readable(inspected));
  else box.replaceChildren();
}

/** Draws the table whenever the scenario is another one. */
export const bindLayers = () => onReplace(draw);
