// Elements by name, with text and never markup.

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** An element with properties and children; strings become text. */
export function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key in node && typeof value !== 'string') node[key] = value;
    else node.setAttribute(key === 'className' ? 'class' : key, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
  return node;
}

/** A table: headings (a leading `#` aligns right), rows of texts or nodes, and what it is called. */
export function table(caption, headings, rows) {
  const numeric = headings.map((heading) => heading.startsWith('#'));
  const cell = (name, content, index, more = {}) =>
    element(name, { class: numeric[index] ? 'number' : undefined, ...more }, content ?? '');
  const head = headings.map((heading, index) => cell('th', heading.replace(/^#/, ''), index, { scope: 'col' }));
  const body = rows.map((row) => element('tr', {},
    ...row.map((content, index) => (index ? cell('td', content, index) : cell('th', content, index, { scope: 'row' })))));
  return element('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': caption },
    element('table', {},
      element('caption', { class: 'unseen' }, caption),
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...body)));
}

/** A part that opens; the summary is its handle. */
export const drawer = (summary, ...children) =>
  element('details', {}, element('summary', {}, summary), ...children);

/** A text of the core, marked where it is of another language than the page. */
export const said = ({ text, lang }) => element('span', { lang }, text);

/** A drawing from its text; what is no well-formed SVG gives nothing. */
export function drawing(text) {
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  return parsed.nodeName === 'svg' ? document.importNode(parsed, true) : null;
}
