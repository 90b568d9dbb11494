// Choices that switch parts of the scenario: what is known of a stage, the supply in the field, embodied emissions.

import { byId } from '../dom.js';
import { BEGINNINGS } from '../scenario/default.js';
import { copy, get } from '../scenario/path.js';
import { change, draft, onReplace, rewrite, set, changed } from './draft.js';
import { years } from './use.js';

const KINDS = ['bottom_up', 'top_down', 'measured'];
/** What each kind begins with, where its fields alone would say nothing. */
const FIRST = {
  training: { bottom_up: { samples: 100000, epochs: 30 }, top_down: { hours: 24, processors: 1 }, measured: { energy_kilowatt_hours: 1, pue_included: false } },
  search: { bottom_up: { runs: { like_training: 24 } }, top_down: { hours: 24, processors: 1 }, measured: { energy_kilowatt_hours: 1, pue_included: false } },
};

/** A choice by radio buttons shows the panel of what is chosen. */
function panels(within, attribute, chosen) {
  for (const panel of within.querySelectorAll(`:scope > [${attribute}]`)) {
    panel.hidden = !chosen || !panel.getAttribute(attribute).split(' ').includes(chosen);
  }
}

function bindStage(box) {
  const name = box.dataset.stage;
  const kept = {};
  const radios = [...box.querySelectorAll('input[type=radio]')];
  const kindOf = (scenario) => KINDS.find((kind) => scenario[name]?.[kind]) ?? '';
  for (const radio of radios) {
    radio.addEventListener('change', () => {
      const before = kindOf(draft.scenario);
      if (before) kept[before] = draft.scenario[name][before];
      for (const kind of KINDS) set(`${name}.${kind}`, undefined);
      if (radio.value) {
        if (name === 'search') {
          set('search.device', copy(get(draft.scenario, 'training.device') ?? 'a100'));
          set('search.site', copy(get(draft.scenario, 'training.site')));
        } else if (!get(draft.scenario, 'training.device')) {
          set('training.device', byId('training-device').value);
        }
        set(`${name}.${radio.value}`, copy(kept[radio.value] ?? FIRST[name][radio.value]));
      }
      panels(box, 'data-kind', radio.value);
      rewrite();
      changed();
    });
  }
  onReplace((scenario) => {
    const kind = kindOf(scenario);
    for (const radio of radios) radio.checked = radio.value === kind;
    panels(box, 'data-kind', kind);
  });
}

function bindSupply() {
  const radios = [...document.querySelectorAll('input[name=supply]')];
  const box = radios[0].closest('fieldset');
  let kept;
  for (const radio of radios) {
    radio.addEventListener('change', () => {
      kept = get(draft.scenario, 'inference.edge') ?? kept;
      const fresh = radio.value ? { ...copy(BEGINNINGS[radio.value]), years: years() ?? 1 } : undefined;
      if (fresh && kept) Object.assign(fresh, { ...copy(kept), years: fresh.years, supply: kept.supply?.[radio.value] ? copy(kept.supply) : fresh.supply });
      panels(box, 'data-supply', radio.value);
      set('inference.edge', fresh);
      rewrite();
      changed();
    });
  }
  byId('cell').addEventListener('change', ({ target }) => change('inference.edge.supply.battery.cell', target.value));
  onReplace((scenario) => {
    const supply = Object.keys(get(scenario, 'inference.edge.supply') ?? {})[0] ?? '';
    for (const radio of radios) radio.checked = radio.value === supply;
    panels(box, 'data-supply', supply);
    const cell = get(scenario, 'inference.edge.supply.battery.cell');
    if (typeof cell === 'string') byId('cell').value = cell;
  });
}

function bindPart(check) {
  const { part, beginning } = check.dataset;
  const panel = document.querySelector(`[data-of="${part}"]`);
  check.addEventListener('change', () => {
    panel.hidden = !check.checked;
    set(part, check.checked ? copy(BEGINNINGS[beginning]) : undefined);
    rewrite();
    changed();
  });
  onReplace((scenario) => {
    check.checked = get(scenario, part) !== undefined;
    panel.hidden = !check.checked;
  });
}

/** Binds all choices. */
export function bindChoices() {
  document.querySelectorAll('[data-stage]').forEach(bindStage);
  bindSupply();
  document.querySelectorAll('[data-part]').forEach(bindPart);
  const included = byId('included');
  included.addEventListener('change', () => change('final_training', included.checked ? 'included_in_search' : undefined));
  onReplace((scenario) => { included.checked = scenario.final_training === 'included_in_search'; });
}
