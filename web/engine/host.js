// Where workers come from: here, files beside the page. The single file has `host-file.js` in this place.

/** A file of the page, from wherever the page is served. */
const at = (path) => new URL(path, document.baseURI);

/** Starts a worker; `reply` gets its messages, `fail` what keeps it from starting. */
export function startWorker(reply, fail) {
  const worker = new Worker(at('engine/worker.js'), { type: 'module' });
  worker.onmessage = ({ data }) => reply(data);
  worker.onerror = (event) => fail(event.message);
  return { post: (message) => worker.postMessage(message), stop: () => worker.terminate() };
}

/** The bytes of one of the four networks. */
export async function modelBytes(key) {
  const response = await fetch(at(`models/${key}.tflite`));
  if (!response.ok) throw new Error(`models/${key}.tflite: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Keeps the page for days without a network. */
export function keepOffline() {
  if ('serviceWorker' in navigator && location.protocol !== 'file:') {
    navigator.serviceWorker.register(at('sw.js')).catch(() => {});
  }
}
