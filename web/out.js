// What is taken along: files and the clipboard.

import { byId } from './dom.js';
import { wholeFragment } from './scenario/link.js';
import { t } from './text/language.js';

/** Saves a text as a file. */
export function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url));
}

/** A name that any file system takes. */
const named = (name) => (name ?? 'scenario').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '').slice(0, 60) || 'scenario';

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Binds the buttons; `answer()` gives `{ scenario, estimate }` as texts. */
export function bindOut(engine, answer) {
  const said = byId('taken');
  const kept = (is) => (is ? t('Copied.') : t('The browser refuses the clipboard: copy the address by hand.'));
  const acts = {
    link: async ({ scenario }) => {
      const fragment = wholeFragment(JSON.parse(scenario));
      if (!fragment) return t('This scenario is too long for a link: save it as a file.');
      const isCopied = await copyText(location.href.replace(/#.*/s, '') + fragment);
      const { file } = JSON.parse(scenario).model ?? {};
      return isCopied && file ? t('Copied; {file} does not travel with the link.', { file }) : kept(isCopied);
    },
    methods: async ({ scenario }) => kept(await copyText(await engine.call('report', scenario, 'methods'))),
    scenario: ({ scenario, name }) => { save(`${name}.scenario.json`, 'application/json', `${JSON.stringify(JSON.parse(scenario), null, 2)}\n`); },
    json: ({ estimate, name }) => { save(`${name}.json`, 'application/json', estimate); },
    csv: async ({ scenario, name }) => { save(`${name}.csv`, 'text/csv', await engine.call('report', scenario, 'csv')); },
    print: () => { print(); },
  };
  for (const button of document.querySelectorAll('[data-out]')) {
    button.addEventListener('click', async () => {
      const texts = answer();
      said.textContent = '';
      if (!texts) return;
      try {
        const name = named(JSON.parse(texts.scenario).name);
        said.textContent = (await acts[button.dataset.out]({ ...texts, name })) ?? t('Saved.');
      } catch (error) {
        said.textContent = error.message;
      }
    });
  }
}
