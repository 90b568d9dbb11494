// What is amiss: a sentence beside its field, and all of them in a summary with the way there.

import { byId, element } from '../dom.js';
import { current, t } from '../text/language.js';

const problems = new Map();

const sentence = (control) => byId(`${control.id}-error`);

/** Ties a place for its error to a control, once. */
export function prepare(control) {
  if (sentence(control)) return;
  const place = element('p', { class: 'error', id: `${control.id}-error`, hidden: true });
  (control.closest('.field') ?? control.parentElement).append(place);
  describe(control, place.id);
}

/** Adds an id to what describes a control. */
export function describe(control, id) {
  const ids = new Set((control.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean));
  control.setAttribute('aria-describedby', [...ids.add(id)].join(' '));
}

/** Says what is wrong with a control, or that nothing is any more. `from` tells the core's faults from the page's own. */
export function report(key, control, message, isForeign = false) {
  if (message) problems.set(key, { control, message, isForeign });
  else if (!problems.delete(key)) return;
  show();
}

/** Forgets what is known by this key. */
export const clear = (key) => { if (problems.delete(key)) show(); };

/** Whether the form itself can't be read. */
export const any = (prefix) => [...problems.keys()].some((key) => key.startsWith(prefix));

function show() {
  for (const place of document.querySelectorAll('.error')) place.hidden = true;
  for (const control of document.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
  const items = [];
  for (const { control, message, isForeign } of problems.values()) {
    const lang = isForeign && current() !== 'en' ? 'en' : undefined;
    if (control) {
      prepare(control);
      control.setAttribute('aria-invalid', 'true');
      sentence(control).textContent = message;
      sentence(control).lang = lang ?? '';
      sentence(control).hidden = false;
    }
    const named = control?.labels?.[0]?.textContent.trim();
    const label = named?.length < 50 ? named : '';
    const words = element('span', {}, label ? `${label}: ` : '', element('span', { lang }, message));
    items.push(element('li', {}, control ? element('a', { href: `#${control.id}`, onclick: (event) => visit(event, control) }, words) : words));
  }
  const summary = byId('problems');
  const list = summary.querySelector('ul');
  if (list.textContent !== items.map((item) => item.textContent).join('')) list.replaceChildren(...items);
  summary.hidden = items.length === 0;
}

function visit(event, control) {
  event.preventDefault();
  for (let at = control.closest('details'); at; at = at.parentElement.closest('details')) at.open = true;
  control.focus();
}

/** The control that a fault of the core is about, by the name of its field. */
export function controlOf(field) {
  const name = field.replace(/\[\d+\].*/, '');
  const aliases = [
    ['inference.bottom_up.inferences', 'per-day'], ['inference.device_count', 'use-devices'], ['inference.edge.years', 'use-years'],
    ['model.file', 'model-file'], ['model', 'layer-input'], ['device.file', 'profile-file'], ['device.profile', 'profile-file'],
    ['training.device', 'training-device'], ['search.device', 'training-device'],
    ['training.measured.file', 'training-reading'], ['search.measured.file', 'search-reading'], ['device', 'device'],
  ];
  for (let at = name; at; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const mirrored = at.replace(/^search\.site/, 'training.site');
    const own = [...document.querySelectorAll(`[data-path="${CSS.escape(mirrored)}"], [data-place="${CSS.escape(mirrored)}"]`)];
    const control = own.find((one) => one.value) ?? own[0] ?? byId(aliases.find(([path]) => path === at)?.[1] ?? '');
    if (control) return control;
  }
  return null;
}

/** Shows a fault of the core. */
export function fault({ message, field, file }) {
  const missing = field === 'model.file' && message.match(/`([^`]+)`/)?.[1];
  if (missing) {
    report('core', controlOf(field), t('Drop {file} here: the scenario names it, and files don’t travel with a link.', { file: missing }));
    return;
  }
  const about = file && !/^scenario/.test(file) ? `${file}: ` : '';
  const text = t(message) === message ? `${about}${message}` : t(message);
  report('core', controlOf(field ?? ''), text, t(message) === message);
}
