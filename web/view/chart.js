// Drawings that the core makes of numbers and of words in the reader's language.

import { drawing, element } from '../dom.js';
import { save } from '../out.js';
import { current, t } from '../text/language.js';

/** The drawing's own style, in the light colours: a saved file has no page around it. */
function styled(text) {
  const rules = [...document.styleSheets[0].cssRules].filter(({ selectorText }) => selectorText === ':root' || selectorText?.startsWith('svg'));
  return text.replace('>', `><style>${rules.map((rule) => rule.cssText).join('')}</style>`);
}

/** A drawing under its caption, to be saved; `kind` is the core's function. */
export async function chart(engine, kind, numbers) {
  const text = await engine.call(kind, numbers);
  const svg = drawing(text);
  if (!svg) return null;
  // The core writes numbers on axes in English.
  if (current() === 'de') {
    for (const node of svg.querySelectorAll('.tick, .large')) {
      node.textContent = node.textContent.replace(/(\d)\.(\d)/g, '$1,$2').replace(/(?<=\d )(thousand|million|billion)$/, (word) => t(word));
    }
  }
  const keep = element('button', { type: 'button', class: 'plain' }, t('Save as SVG'));
  keep.addEventListener('click', () => save(`${numbers.id}.svg`, 'image/svg+xml', styled(text)));
  return element('figure', {}, element('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': numbers.title }, svg), element('figcaption', {}, `${numbers.caption} `, keep));
}
