// What the page answers first, and what links are told apart from: a keyword spotter on a board in Germany, a year long.
// The command line reads the same file, for links.

import scenario from '../../crates/report/data/default.json' with { type: 'json' };

export const DEFAULT = scenario;

/** What a part of the form begins with when it is switched on. */
export const BEGINNINGS = {
  battery: {
    years: 1,
    rest_watts: { low: 4e-6, mode: 8e-6, high: 3e-5, year: 2023, source: 'STM32U575 data sheet: Stop 2 with RAM at 1.8 V, 4 uA; regulator assumed' },
    supply: {
      battery: { cell: 'aa_lithium', in_series: 2, converter: { switching: { efficiency: { low: 0.8, mode: 0.88, high: 0.93 } } } },
    },
  },
  mains: {
    years: 1,
    rest_watts: { low: 4e-6, mode: 8e-6, high: 3e-5, year: 2023, source: 'STM32U575 data sheet: Stop 2 with RAM at 1.8 V, 4 uA; regulator assumed' },
    supply: { mains: {} },
  },
  use_embodied: {
    parts: [{ part: 'iot_processing' }, { part: 'iot_pcb' }, { part: 'iot_casing' }],
    lifespan_hours: 43830,
    time_share: 1,
  },
  training_embodied: {
    parts: [{ part: 'gpu_server' }],
    lifespan_hours: { low: 26298, mode: 35064, high: 43830 },
    resource_share: 0.125,
  },
};
