// The page's side of the core: calls with answers, and one answer at a time for what is typed.

import { FIRST } from './first.js';
import { startWorker } from './host.js';

/** A worker and the calls that wait for it. */
export function start() {
  const waiting = new Map();
  let last = 0;
  const settle = ({ id, result, fault, progress }) => {
    const call = waiting.get(id);
    if (!call) return;
    if (progress) return void call.progress?.(progress);
    waiting.delete(id);
    if (fault) call.reject(fault);
    else call.resolve(result);
  };
  const fail = (message) => {
    for (const [id] of waiting) settle({ id, fault: { message: message ?? '', field: '', file: '' } });
  };
  const worker = startWorker(settle, fail);
  return {
    /** Calls a function of the core. */
    call: (name, ...values) => new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      worker.post({ id: last, call: name, with: values });
    }),
    /** Calls one that tells how far it is. */
    watch: (progress, name, ...values) => new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject, progress });
      worker.post({ id: last, call: name, with: values });
    }),
    /** Ends the worker, with whatever it does. */
    stop: () => {
      worker.stop();
      fail('stopped');
    },
  };
}

/** Asks one question at a time. While it is answered only the newest one waits; older ones are dropped. */
function newest(answer) {
  let pending = null;
  let busy = false;
  const run = async () => {
    busy = true;
    while (pending) {
      const question = pending;
      pending = null;
      await answer(question, () => pending !== null);
    }
    busy = false;
  };
  return (question) => {
    pending = question;
    if (!busy) run();
  };
}

/**
 * Asks for the answer to a scenario, and then for what would save most of it, which no later answer waits for: typing
 * never waits for the core.
 */
export function latest(engine, { estimated, levered, failed }) {
  let asked = 0;
  const known = (scenario, use) => (FIRST && !use && JSON.stringify(scenario) === FIRST.scenario ? FIRST : null);
  const levers = newest(async ({ of, scenario, first }) => {
    try {
      const found = first?.levers ?? await engine.call('levers', scenario);
      if (of === asked) await levered(JSON.parse(found));
    } catch (fault) {
      if (of === asked) failed(fault);
    }
  });
  const estimate = newest(async ({ of, scenario, use }, isOld) => {
    try {
      const first = known(scenario, use);
      const answer = first ?? await engine.call('estimate', scenario, use);
      if (isOld()) return;
      await estimated(answer.scenario, JSON.parse(answer.estimate), answer.estimate);
      if (!isOld()) levers({ of, scenario: answer.scenario, first });
    } catch (fault) {
      if (!isOld()) failed(fault);
    }
  });
  return (scenario, use) => {
    asked += 1;
    estimate({ of: asked, scenario, use });
  };
}
