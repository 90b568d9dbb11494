// The language: English stands in the page and the modules, the other languages in a table beside it.

const TABLES = { en: {}, de: null };
let sentences = [];
const KEPT = 'joulegram.language';
const kept = () => {
  try { return localStorage.getItem(KEPT); } catch { return null; }
};
const wanted = [kept(), ...(navigator.languages ?? [])].map((tag) => String(tag).slice(0, 2));

let language = wanted.find((tag) => tag in TABLES) ?? 'en';

/** `en` or `de`. */
export const current = () => language;

/** The locale of numbers: the reader's own where it is of the page's language. */
export const locale = () => (navigator.languages ?? []).find((tag) => tag.startsWith(language)) ?? language;

/** Loads the table of the language: most readers need one language, and the first answer doesn't wait for the other. */
export async function load() {
  if (language !== 'de') return;
  const [page, core] = await Promise.all([import('./german.js'), import('./german-core.js')]);
  TABLES.de = page.GERMAN;
  sentences = core.GERMAN_SENTENCES;
}

/** Keeps a language for the next visit. */
export async function choose(tag) {
  language = tag in TABLES ? tag : 'en';
  await load();
  try { localStorage.setItem(KEPT, language); } catch { /* a page without storage forgets */ }
}

/** A text in the language, with `{name}` filled in. */
export function t(english, values = {}) {
  const text = TABLES[language]?.[english] ?? english;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** A sentence of the core in the language, and whether it had to stay English. */
export function told(english) {
  if (language === 'en') return { text: english };
  const table = TABLES[language] ?? {};
  if (english in table) return { text: table[english] };
  const [pattern, text] = sentences.find(([one]) => one.test(english)) ?? [];
  return pattern ? { text: english.replace(pattern, text.replace('$1', english.match(pattern)[1] in table ? table[english.match(pattern)[1]] : '$1')) } : { text: english, lang: 'en' };
}

/** The page comes in English. */
let isTranslated = false;

/** Says all that is marked in the page in the language. */
export function translate(root = document) {
  if (language === 'en' && !isTranslated) return;
  isTranslated = true;
  document.documentElement.lang = language;
  for (const node of root.querySelectorAll('[data-t]')) {
    node.dataset.t ||= node.textContent.trim().replace(/\s+/g, ' ');
    const text = t(node.dataset.t);
    // What stands there already is not laid out again.
    if (node.textContent !== text) node.textContent = text;
  }
  for (const node of root.querySelectorAll('[data-t-label]')) node.setAttribute('aria-label', t(node.dataset.tLabel));
}
