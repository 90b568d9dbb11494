// Keeps the page: what it needs is stored when it is first visited, and answered from there, with a network or without.

// The build writes both: a digest of all files, and their names.
const VERSION = 'dev';
const FILES = [];

const CACHE = `joulegram-${VERSION}`;

self.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    // Past the browser's own cache: a file of an older version among newer ones would not fit.
    await cache.addAll(FILES.map((file) => new Request(file, { cache: 'reload' })));
    await self.skipWaiting();
  })());
});

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith('joulegram-') && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  // Nothing but this page's own files is ever asked for.
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith((async () => {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    try {
      return await fetch(request);
    } catch (error) {
      // Any address of the page is the page.
      const page = request.mode === 'navigate' ? await cache.match('./') : undefined;
      if (page) return page;
      throw error;
    }
  })());
});
