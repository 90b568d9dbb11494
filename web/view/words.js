// The core's names in the reader's words.

import { placeOf, deviceOf } from '../form/catalogue.js';
import { t } from '../text/language.js';
import { quantity } from '../text/number.js';

/** The core's key of an input -> its words, where they are not the key itself. */
const INPUTS = {
  energy_per_inference: 'measured energy per inference', energy_per_sample: 'measured energy per sample',
  cycles_factor: 'true over predicted cycles', memory_bytes_per_second: 'memory bandwidth', utilisation: 'share of the peak reached',
  drawn_share: 'share of the power drawn', active_watts: 'active power', idle_watts: 'idle power', device_count: 'number of devices',
  powered_hours: 'hours powered', grid: 'grid factor', pue: 'PUE', overhead_share: 'share of training beside the forward pass',
  runs: 'search runs', shared_over: 'problems that share the search', relative_inference: 'candidate\'s over final inference energy',
  watts_per_processor: 'power per processor', memory_gigabytes: 'memory', memory_watts_per_gigabyte: 'memory power',
  embodied_total: 'emissions of making a device', lifespan: 'lifespan of a device', busy_share: 'share of the lifespan that a device is busy',
  resource_share: 'share of a device\'s resources', time_share: 'share of a device\'s lifespan', sleep_watts: 'sleep power',
  rest_watts: 'power between inferences', field_years: 'years in the field', sensor_joules: 'sensor\'s energy for an inference',
  report_joules: 'energy of a report', harvested_joules: 'harvested energy a day', supply_volts: 'supply voltage',
  converter_efficiency: 'efficiency of the regulator', cell_capacity: 'charge of a cell', usable_share: 'usable share of the charge',
  self_discharge: 'self-discharge in a year', cell_volts: 'mean voltage of a cell', shelf_years: 'shelf life',
  cell_grams: 'emissions of making a cell', adapter_efficiency: 'efficiency of the adapter', adapter_idle_watts: 'no-load power of the adapter',
};

/** An input, by key or by words. */
export const input = (what) => t(INPUTS[what] ?? what.replaceAll('_', ' '));

/** A site as the core calls it, `Germany (DE)`, in the reader's language. */
export function site(text) {
  const code = text?.match(/\(([^()]+)\)$/)?.[1];
  if (!text) return '–';
  const factor = text.match(/^a grid of (.+) gCO2e\/kWh$/)?.[1];
  if (factor) return t('a grid of {factor}', { factor: quantity(Number(factor), 'gCO2e/kWh') });
  const name = code ? placeOf(code) : text;
  return name === code ? t(text) : t(name);
}

/** What an input is of: a stage, a site, a device. */
export const owner = (of) => (/\([^()]+\)$/.test(of) ? site(of) : t(of));

/** What a list calls a device, before the core's table is there. */
const listed = (name) => document.querySelector(`option[value="${CSS.escape(name)}"]`)?.textContent.split(' – ')[0];

/** A device, short. */
export function device(name) {
  if (!name) return '–';
  return deviceOf(name)?.description.split(/[:;]/)[0] ?? listed(name) ?? t(name);
}

/** How a stage's number came to be. */
export const evidence = (how) => t({ measured: 'measured', modelled: 'estimate', emulated: 'emulated' }[how] ?? '–');
