// The four networks of MLPerf Tiny as layer lists: the same work, bit for bit, as their `.tflite` files, so that the first
// answer needs no model to be loaded. The files themselves are only fetched to be measured.

import { DEFAULT } from './default.js';

const step = (stride) => (stride ? { stride } : {});
const conv = (filters, kernel, stride, more = {}) =>
  ({ conv2d: { filters, kernel, ...step(stride), padding: 'same', ...more } });
const depthwise = (stride) =>
  ({ depthwise_conv2d: { kernel: [3, 3], ...step(stride), padding: 'same' } });
const pointwise = (filters) => conv(filters, [1, 1]);
const dense = (units) => ({ dense: { units } });
const pool = (height, width) => ({ average_pool: { kernel: [height, width] } });
const flat = (units) => ({ reshape: { shape: [1, units] } });
const softmax = { softmax: {} };
const add = { add: {} };

/** A depthwise-separable block of a MobileNet. */
const separable = (filters, stride) => [depthwise(stride), pointwise(filters)];

/** A residual block whose shortcut is a convolution of its own input. */
const narrowing = (filters, input) => [
  conv(filters, [3, 3], [2, 2]), conv(filters, [3, 3]), conv(filters, [1, 1], [2, 2], { input }), add,
];

const two = [2, 2];

/** Name in the list -> what a scenario says. */
export const NETWORKS = {
  kws: { name: DEFAULT.name, ...DEFAULT.model.layers },
  vww: {
    name: 'person detection',
    input: [1, 96, 96, 3],
    layers: [
      conv(8, [3, 3], two), ...separable(16), ...separable(32, two), ...separable(32), ...separable(64, two),
      ...separable(64), ...separable(128, two), ...separable(128), ...separable(128), ...separable(128),
      ...separable(128), ...separable(128), ...separable(256, two), ...separable(256),
      pool(3, 3), flat(256), dense(2), softmax,
    ],
  },
  ic: {
    name: 'image classification',
    input: [1, 32, 32, 3],
    layers: [
      conv(16, [3, 3]), conv(16, [3, 3]), conv(16, [3, 3]), add,
      ...narrowing(32, [1, 32, 32, 16]), ...narrowing(64, [1, 16, 16, 32]),
      pool(8, 8), flat(64), dense(10), softmax,
    ],
  },
  ad: {
    name: 'anomaly detection',
    input: [1, 640],
    layers: [128, 128, 128, 128, 8, 128, 128, 128, 128, 640].map(dense),
  },
};

/** A network as a scenario's `model`. */
export const modelOf = (key) => {
  const { input, layers } = NETWORKS[key];
  return { layers: { input, layers } };
};

const fingerprints = new Map(Object.keys(NETWORKS).map((key) => [JSON.stringify(modelOf(key)), key]));

/** Which of the networks a scenario's model is, if any. */
export const networkOf = (model) => fingerprints.get(JSON.stringify(model));
