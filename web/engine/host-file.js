// Where workers come from in the single file: texts that the page carries. What it can't run aside runs on the page itself.

import * as core from '../wasm/joulegram.js';
import * as workshop from '../wasm/workshop.js';
import { serve } from './serve.js';

async function unpacked(base64) {
  const packed = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
const compiled = async (base64) => WebAssembly.compile(await unpacked(base64));

let modules;
const load = () => (modules ??= { core: compiled(globalThis.JOULEGRAM_WASM), workshop: compiled(globalThis.JOULEGRAM_WORKSHOP) });

/** The same answers on the page's own thread. */
function here(reply) {
  const answer = load().core.then((module) => {
    core.initSync({ module });
    const shop = async () => {
      workshop.initSync({ module: await load().workshop });
      return workshop;
    };
    return serve(core, shop, reply);
  });
  return async (message) => (await answer)(message);
}

/** Starts a worker; `reply` gets its messages, `fail` what keeps it from starting. */
export function startWorker(reply, fail) {
  const waiting = [];
  let post = (message) => waiting.push(message);
  let stop = () => {};
  const begin = (send) => {
    post = send;
    for (const message of waiting.splice(0)) post(message);
  };
  const fallBack = () => begin(here(reply));
  const sent = [];
  load().core.then(async (module) => {
    const url = URL.createObjectURL(new Blob([globalThis.JOULEGRAM_WORKER], { type: 'text/javascript' }));
    const worker = new Worker(url);
    let lives = false;
    stop = () => worker.terminate();
    worker.onmessage = ({ data }) => {
      lives = true;
      reply(data);
    };
    worker.onerror = () => {
      if (lives) return;
      waiting.push(...sent.splice(0));
      fallBack();
    };
    worker.postMessage({ module });
    begin((message) => {
      if (!lives) sent.push(message);
      worker.postMessage(message);
    });
    worker.postMessage({ workshop: await load().workshop });
  }).catch((error) => {
    if (globalThis.JOULEGRAM_WASM) fallBack();
    else fail(String(error));
  });
  return { post: (message) => post(message), stop: () => stop() };
}

/** The bytes of one of the four networks, where the page carries them. */
export async function modelBytes(key) {
  const text = globalThis.JOULEGRAM_MODELS?.[key];
  if (!text) throw new Error('');
  return unpacked(text);
}

/** A file is offline already. */
export function keepOffline() {}
