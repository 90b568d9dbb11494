// A device by hand: it takes the chosen one's place once both of its numbers are known, and gives it back without them.

import { byId } from '../dom.js';
import { change, has, onReplace } from './draft.js';

let numbers = {};
let chosen;

/** Takes one number of the device by hand. */
export function takeByHand(name, value) {
  numbers[name] = value;
  const device = has('device');
  if (!device?.by_hand) chosen = device;
  if (numbers.active_watts !== undefined && numbers.operations_per_second !== undefined) {
    byId('device').value = '';
    change('device', { by_hand: Object.fromEntries(Object.entries(numbers).filter(([, number]) => number !== undefined)) });
  } else if (device?.by_hand) {
    byId('device').value = typeof chosen === 'string' ? chosen : '';
    change('device', chosen);
  }
}

/** A scenario with such a device fills the numbers. */
export const bindByHand = () => onReplace((scenario) => { numbers = { ...scenario.device?.by_hand }; });
