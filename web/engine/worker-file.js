// The worker of the single file: the page sends it the compiled modules, as nothing can be fetched.

import * as core from '../wasm/joulegram.js';
import * as workshop from '../wasm/workshop.js';
import { serve } from './serve.js';

let answer;
let open;
const opened = new Promise((resolve) => { open = resolve; });
const shop = async () => {
  await opened;
  return workshop;
};

onmessage = ({ data }) => {
  if (data.module) {
    core.initSync({ module: data.module });
    answer = serve(core, shop, (message) => postMessage(message));
  } else if (data.workshop) {
    workshop.initSync({ module: data.workshop });
    open();
  } else {
    answer(data);
  }
};
