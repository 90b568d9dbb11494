// The worker of the page that is served: messages wait until the core is there.

import init, * as core from '../wasm/joulegram.js';
import { serve } from './serve.js';
import { simd } from './simd.js';

let workshop;
/** Reports and measuring: loaded when they are first asked for. */
const shop = () => (workshop ??= (async () => {
  // Each module has a JavaScript side of its own, which knows where it lies.
  const module = await (simd() ? import('../wasm/workshop.js') : import('../wasm/workshop_portable.js'));
  await module.default();
  return module;
})());

// The build puts the module's JavaScript side into this file, which lies elsewhere.
const ready = init({ module_or_path: new URL('../wasm/joulegram_bg.wasm', import.meta.url) }).then(() => serve(core, shop, (message) => postMessage(message)));
onmessage = async ({ data }) => {
  try {
    (await ready)(data);
  } catch (error) {
    postMessage({ id: data.id, fault: { message: String(error?.message ?? error), field: '', file: '' } });
  }
};
