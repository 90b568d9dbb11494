// Where no device is chosen: one inference on every board that is known.

import { byId, table } from '../dom.js';
import { t } from '../text/language.js';
import { mode, span } from '../text/number.js';
import { device } from './words.js';

/** Shows the boards, the least energy first, in the place of an answer. */
export function showBoards(answer) {
  byId('sentence').textContent = t('No device was chosen, so the boards that are known stand side by side.');
  byId('figures').replaceChildren();
  for (const id of ['arithmetic', 'causes', 'levers', 'sources', 'notes']) byId(id).replaceChildren();
  byId('stages').replaceChildren(table(t('Boards side by side'), [t('Device'), '#' + t('one inference'), '#' + t('its time'), '#' + t('emissions')],
    answer.devices.map((one) => {
      const stage = one.stages.find(({ name }) => name === 'inference');
      const joules = one.energy_per_inference_joules;
      return [device(stage.device), joules ? `${mode(joules, 'J')} (${span(joules.low, joules.high, 'J')})` : t('not known'), mode(one.seconds_per_inference, 's'), mode(stage.emissions_grams_co2e, 'gCO2e')];
    })));
}
