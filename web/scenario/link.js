// A scenario in a link: what differs from the page's own, as an RFC 7396 merge patch in base64url behind a version.

import { DEFAULT } from './default.js';
import { copy } from './path.js';

const VERSION = '1';
/** Longest fragment that is read and written, without its #. The command line has the same limit. */
const LONGEST = 65536;

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function difference(from, to) {
  if (!isObject(from) || !isObject(to)) return same(from, to) ? undefined : to;
  const patch = {};
  for (const key of Object.keys(from)) if (!(key in to)) patch[key] = null;
  for (const [key, value] of Object.entries(to)) {
    const change = key in from ? difference(from[key], value) : value;
    if (change !== undefined) patch[key] = change;
  }
  return Object.keys(patch).length ? patch : undefined;
}

function patched(target, patch) {
  if (!isObject(patch)) return patch;
  const merged = isObject(target) ? target : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (key !== '__proto__') merged[key] = patched(merged[key], value);
  }
  return merged;
}

const encode = (text) => btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
  .replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
const decode = (text) => new TextDecoder('utf-8', { fatal: true })
  .decode(Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0)));

/** The fragment of any scenario; `undefined` where it is too long for a link. */
export function wholeFragment(scenario) {
  const text = `${VERSION}.${encode(JSON.stringify(difference(DEFAULT, scenario) ?? {}))}`;
  return text.length > LONGEST ? undefined : `#${text}`;
}

/** The fragment for the address bar: empty for the page's own scenario. */
export const fragment = (scenario) => (difference(DEFAULT, scenario) === undefined ? '' : wholeFragment(scenario) ?? '');

/** The scenario of a fragment. Throws a sentence's English text where it is none. */
export function fromFragment(hash) {
  if (hash === '' || hash === '#') return copy(DEFAULT);
  if (hash.length > LONGEST + 1) throw new Error('The link is too long: this page shows its own example instead.');
  const [, version, text] = hash.match(/^#(\d+)\.([\w-]*)$/) ?? [];
  if (text === undefined) throw new Error('The link is damaged: this page shows its own example instead.');
  if (version !== VERSION) throw new Error('The link is of another version: this page shows its own example instead.');
  try {
    const patch = JSON.parse(decode(text));
    if (!isObject(patch)) throw new Error();
    return patched(copy(DEFAULT), patch);
  } catch {
    throw new Error('The link is damaged: this page shows its own example instead.');
  }
}
