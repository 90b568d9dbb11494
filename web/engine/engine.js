// The page's side of the core: calls with answers, and one answer at a time for what is typed.

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

/**
 * Asks for the answer to a scenario. While one is computed only the newest question waits; older ones are dropped, so
 * that typing never waits for the core.
 */
export function latest(engine, { estimated, levered, failed }) {
  let pending = null;
  let busy = false;
  const run = async () => {
    busy = true;
    while (pending) {
      const { scenario, use } = pending;
      pending = null;
      try {
        const answer = await engine.call('estimate', scenario, use);
        if (pending) continue;
        await estimated(answer.scenario, JSON.parse(answer.estimate), answer.estimate);
        if (pending) continue;
        const levers = await engine.call('levers', answer.scenario);
        if (!pending) await levered(JSON.parse(levers));
      } catch (fault) {
        if (!pending) failed(fault);
      }
    }
    busy = false;
  };
  return (scenario, use) => {
    pending = { scenario, use };
    if (!busy) run();
  };
}
