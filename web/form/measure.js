// This machine measured in its browser: a worker of its own runs the model, so that it can be stopped at any time.

import { byId, element } from '../dom.js';
import { modelBytes } from '../engine/host.js';
import { start } from '../engine/engine.js';
import { networkOf } from '../scenario/networks.js';
import { t } from '../text/language.js';
import { full, quantity } from '../text/number.js';
import { read } from '../text/reading.js';
import { changed, draft, rewrite, set } from './draft.js';
import { withEcho } from './fields.js';
import { models } from './files.js';
import { report } from './problems.js';
import { save } from '../out.js';

const WINDOWS = 8;

/** Name and bytes of the model that the scenario is about. */
async function modelAtHand() {
  const { model } = draft.scenario;
  const key = networkOf(model);
  if (key) {
    try {
      return [key, await modelBytes(key)];
    } catch {
      throw new Error(t('Drop a .tflite file first: this page doesn’t carry that model’s weights.'));
    }
  }
  const bytes = models.get(model?.file);
  if (!bytes) throw new Error(t('Drop a .tflite file first: a list of layers has no weights to run.'));
  return [model.file, bytes];
}

function told({ measurement, profile, loops }) {
  const joules = measurement.joules_per_inference;
  const use = element('button', { type: 'button' }, t('Use this profile'));
  use.addEventListener('click', () => {
    set('device', { profile });
    rewrite();
    changed();
  });
  const keep = element('button', { type: 'button' }, t('Save this profile'));
  keep.addEventListener('click', () => save(`${profile.name}.json`, 'application/json', JSON.stringify(profile, null, 2)));
  return [
    element('p', {}, t('One inference takes {seconds} here ({loops}); its energy is {joules}.', {
      seconds: full(measurement.seconds_per_inference, 's'), loops, joules: joules ? full(joules, 'J') : t('not known'),
    })),
    profile ? element('div', { class: 'buttons' }, use, keep) : '',
  ];
}

/** Binds the measurement. */
export function bindMeasure() {
  const [begin, stop, bar, place, watts] = ['measure-start', 'measure-stop', 'measure-progress', 'measured', 'measure-watts'].map(byId);
  const say = withEcho(watts);
  const known = () => {
    const value = read(watts.value, 'W');
    return typeof value === 'object' ? value.mode : value;
  };
  const check = () => {
    try {
      say(known());
      report(watts.id, watts, null);
    } catch (error) {
      report(watts.id, watts, error.message);
    }
  };
  watts.addEventListener('input', check);
  check();

  let running = null;
  const show = (is) => {
    begin.hidden = is;
    stop.hidden = !is;
    bar.hidden = !is;
    (is ? stop : begin).focus();
  };
  begin.addEventListener('click', async () => {
    place.replaceChildren();
    try {
      const given = known();
      const [name, bytes] = await modelAtHand();
      running = start();
      show(true);
      bar.value = 0;
      const result = await running.watch(({ done, windows, seconds, inferences }) => {
        bar.value = done / windows;
        if (inferences) place.textContent = t('Window {done} of {windows}: {inferences} inferences in {seconds}', { done, windows, inferences: quantity(inferences), seconds: quantity(seconds, 's') });
      }, 'measure', name, bytes, WINDOWS, given, undefined);
      place.replaceChildren(...told(result));
    } catch (error) {
      place.textContent = error.message === 'stopped' ? t('Stopped: nothing is kept.') : error.message;
    } finally {
      running?.stop();
      running = null;
      show(false);
    }
  });
  stop.addEventListener('click', () => running?.stop());
}
