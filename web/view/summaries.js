// What each drawer holds, beside its title: so that a closed one says what it stands for.

import { byId } from '../dom.js';
import { networkOf } from '../scenario/networks.js';
import { get } from '../scenario/path.js';
import { t } from '../text/language.js';
import { quantity, whole } from '../text/number.js';
import { spread } from '../text/reading.js';
import { deviceOf } from '../form/catalogue.js';
import { device, site } from './words.js';

const kind = (stage) => (stage?.measured ? t('measured') : stage?.top_down ? t('hours × watts') : stage?.bottom_up ? t('estimate') : t('not known'));

function use(scenario) {
  const total = scenario.inference?.bottom_up?.inferences;
  if (total === undefined) return t('not known');
  return t('{count} inferences', { count: quantity(spread(total).mode) });
}

/** Says it. */
export function summarise(scenario, answer) {
  const inference = answer.stages?.find((stage) => stage.name === 'inference');
  const row = deviceOf(get(scenario, 'device'));
  const said = {
    'model-said': scenario.model ? `${networkOf(scenario.model) ?? t(scenario.model.file ? 'file' : 'own layers')}, ${t('{count} layers', { count: whole(answer.layers.length) })}` : t('none'),
    'device-said': device(inference?.device),
    'training-said': [...new Set([kind(scenario.training), kind(scenario.search)])].join(', '),
    'use-said': use(scenario),
    'site-said': site(inference?.site),
    'embodied-said': answer.embodied_grams_co2e ? t('counted') : t('off'),
  };
  for (const [id, text] of Object.entries(said)) byId(id).textContent = text;
  byId('device-note').textContent = row ? `${row.description}${row.software ? `; ${row.software}` : ''}` : '';
}
