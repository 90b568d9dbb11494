// Places in a scenario by their names: `training.bottom_up.epochs`, as the core's errors name them too.

const steps = (path) => path.split('.');

/** What stands at a place, or `undefined`. */
export const get = (scenario, path) => steps(path).reduce((at, step) => at?.[step], scenario);

/** Puts a value at a place; `undefined` takes it away, and what is empty around it. */
export function put(scenario, path, value) {
  const trail = [scenario];
  const names = steps(path);
  for (const name of names.slice(0, -1)) {
    const at = trail.at(-1);
    if (at[name] === null || typeof at[name] !== 'object') {
      if (value === undefined) return;
      at[name] = {};
    }
    trail.push(at[name]);
  }
  if (value !== undefined) {
    trail.at(-1)[names.at(-1)] = value;
    return;
  }
  delete trail.at(-1)[names.at(-1)];
  for (let depth = names.length - 2; depth >= 0; depth -= 1) {
    if (Object.keys(trail[depth + 1]).length > 0) break;
    delete trail[depth][names[depth]];
  }
}

/** A copy that shares nothing. */
export const copy = (value) => (value === undefined ? undefined : structuredClone(value));

/** What a part needs before it says anything: without it, it is not known. */
const NEEDS = [
  ['search.bottom_up', ['runs.like_training', 'runs.each']],
  ['search.top_down', ['hours'], ['processors']],
  ['search.measured', ['energy_kilowatt_hours', 'file']],
  ['training.bottom_up', ['samples'], ['epochs']],
  ['training.top_down', ['hours'], ['processors']],
  ['training.measured', ['energy_kilowatt_hours', 'file']],
  ['inference.bottom_up', ['inferences']],
  ['inference.edge', ['years'], ['supply']],
  ['inference.embodied', ['lifespan_hours']],
  ['training.embodied', ['lifespan_hours']],
  ['device.by_hand', ['active_watts'], ['operations_per_second']],
];
const KINDS = ['bottom_up', 'top_down', 'measured'];

/** The scenario that a draft amounts to: what lacks a number that it needs is left out, as not known. */
export function complete(draft) {
  const scenario = copy(draft);
  for (const [path, ...needs] of NEEDS) {
    const part = get(scenario, path);
    if (part && !needs.every((names) => names.some((name) => get(part, name) !== undefined))) put(scenario, path, undefined);
  }
  for (const stage of ['search', 'training', 'inference']) {
    if (typeof scenario[stage] === 'object' && scenario[stage] && !KINDS.some((kind) => scenario[stage][kind])) delete scenario[stage];
  }
  // Runs like the training are not known while the training isn't.
  if (!scenario.training && get(scenario, 'search.bottom_up.runs.like_training') !== undefined) delete scenario.search;
  return scenario;
}
