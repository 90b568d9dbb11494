// Devices and places by name, from the core's own tables.

import { byId, element } from '../dom.js';
import { NETWORKS, modelOf, networkOf } from '../scenario/networks.js';
import { get } from '../scenario/path.js';
import { current, t } from '../text/language.js';
import { change, draft, onReplace, rewrite, changed, set } from './draft.js';
import { prepare } from './problems.js';

const GROUPS = { board: 'Boards', edge: 'Single-board computers', computer: 'Computers', server: 'Servers and accelerators' };
const OWN = '';
let devices = [];
let places = [];

const plain = (text) => text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase().trim();

const countries = {};
/** A country's name in a language, where the browser knows one. */
function countryIn(language, code) {
  if (!/^[A-Z]{2}$/.test(code)) return undefined;
  countries[language] ??= new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
  return countries[language].of(code);
}

/** A place's name in the reader's language. */
const placeName = ({ code, name }) => (current() === 'en' ? name : countryIn(current(), code) ?? t(name));

/** The code of what was typed, or the text itself, which the core then judges. */
function codeOf(text) {
  const wanted = plain(text);
  const row = places.find((place) => [place.code, place.name, countryIn('de', place.code), ...place.aliases].some((name) => name && plain(name) === wanted));
  return row?.code ?? text.trim();
}

/** A place by its code, as it is read. */
export function placeOf(code) {
  const row = places.find((place) => place.code === code);
  return row ? placeName(row) : countryIn(current(), code ?? '') ?? code;
}

/** A device's row by its name. */
export const deviceOf = (name) => devices.find((row) => row.name === name);

function fillDevices(select, own) {
  const chosen = select.value;
  const groups = Object.entries(GROUPS).map(([group, label]) => {
    const rows = devices.filter((row) => row.class === group);
    const option = ({ name, description }) => element('option', { value: name },
      name.includes('/') ? `\u2003${name.split('/')[1]}` : `${description.split(/[:;]/)[0]}${own && group === 'board' ? ` – ${description.split(/: | at /)[1] ?? ''}` : ''}`);
    return element('optgroup', { label: t(label) }, ...rows.map(option));
  });
  select.replaceChildren(...(own ? [element('option', { value: OWN, hidden: true }, t('own profile'))] : []), ...(own ? groups : groups.reverse()));
  select.value = chosen;
}

function bindPlace(control) {
  const path = control.dataset.place;
  prepare(control);
  const take = (code) => {
    control.dataset.code = code ?? '';
    if (path === 'site.grid') byId('own-grid').value = '';
    change(path, code);
  };
  control.addEventListener('focus', () => {
    const list = byId('places');
    if (!list.childElementCount) list.append(...places.map((place) => element('option', { value: placeName(place) }, place.code)));
  });
  // Half a name is no mistake yet: what is in no table goes to the core when the field is left.
  control.addEventListener('input', () => {
    const code = control.value.trim() ? codeOf(control.value) : undefined;
    if (code === undefined || places.some((place) => place.code === code)) take(code);
  });
  control.addEventListener('change', () => {
    const code = control.value.trim() ? codeOf(control.value) : undefined;
    if ((code ?? '') !== control.dataset.code) take(code);
    if (code) control.value = placeOf(code);
  });
  onReplace((scenario) => {
    const grid = get(scenario, path);
    control.dataset.code = typeof grid === 'string' ? grid : '';
    control.value = typeof grid === 'string' ? placeOf(grid) : '';
  });
}

function bindDevice(select, path) {
  prepare(select);
  select.addEventListener('change', () => { if (select.value) change(path, select.value); rewrite(); });
  onReplace((scenario) => {
    const device = get(scenario, path);
    select.value = typeof device === 'string' ? device : OWN;
  });
}

function bindNetwork() {
  const select = byId('network');
  prepare(select);
  select.addEventListener('change', () => {
    if (!(select.value in NETWORKS)) return;
    set('model', modelOf(select.value));
    set('name', NETWORKS[select.value].name);
    rewrite();
    changed();
  });
  onReplace((scenario) => {
    const key = networkOf(scenario.model);
    select.querySelector('[data-own]')?.remove();
    if (!key) select.prepend(element('option', { value: 'own', 'data-own': '' }, scenario.model?.file ?? (scenario.model ? t('own layers') : t('none'))));
    select.value = key ?? 'own';
  });
}

/** Binds model, devices and places. */
export function bindCatalogue() {
  bindNetwork();
  bindDevice(byId('device'), 'device');
  bindDevice(byId('training-device'), 'training.device');
  document.querySelectorAll('[data-place]').forEach(bindPlace);
}

/** Fills lists from the core's tables; the form works before that too. */
export async function fillCatalogue(engine) {
  [devices, places] = (await Promise.all([engine.call('devices'), engine.call('grids')])).map((text) => JSON.parse(text));
  retell();
}

/** Writes all lists in the language. */
export function retell() {
  if (!devices.length) return;
  fillDevices(byId('device'), true);
  fillDevices(byId('training-device'), false);
  byId('places').replaceChildren();
  for (const control of document.querySelectorAll('[data-place]')) {
    if (control !== document.activeElement) control.value = typeof get(draft.scenario, control.dataset.place) === 'string' ? placeOf(get(draft.scenario, control.dataset.place)) : '';
  }
  const device = get(draft.scenario, 'device');
  byId('device').value = typeof device === 'string' ? device : OWN;
  byId('training-device').value = get(draft.scenario, 'training.device') ?? '';
}
