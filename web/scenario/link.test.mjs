// node --test web/scenario/link.test.mjs

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { DEFAULT } from './default.js';
import { fragment, fromFragment, wholeFragment } from './link.js';
import { complete, copy, put } from './path.js';

const scenarios = new URL('../../fixtures/scenarios/', import.meta.url);
const link = (value) => `#1.${Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')}`;

test('the page’s own scenario has an empty link', () => {
  assert.equal(fragment(copy(DEFAULT)), '');
  assert.deepEqual(fromFragment(''), DEFAULT);
});

test('a link that is copied holds a scenario, the page’s own too, or there is none', () => {
  assert.equal(wholeFragment(copy(DEFAULT)), '#1.e30');
  assert.deepEqual(fromFragment('#1.e30'), DEFAULT);
  const long = { ...copy(DEFAULT), name: 'x'.repeat(49_000) };
  assert.deepEqual(fromFragment(wholeFragment(long)), long);
  const tooLong = { ...copy(DEFAULT), name: 'x'.repeat(50_000) };
  assert.equal(wholeFragment(tooLong), undefined);
  assert.equal(fragment(tooLong), '');
});

test('a link holds only what differs', () => {
  const scenario = copy(DEFAULT);
  scenario.site.grid = 'FR';
  assert.equal(fragment(scenario), link({ site: { grid: 'FR' } }));
});

test('every scenario comes back from its link', () => {
  for (const name of readdirSync(scenarios).filter((file) => file.endsWith('.json'))) {
    const scenario = JSON.parse(readFileSync(new URL(name, scenarios)));
    assert.deepEqual(fromFragment(fragment(scenario)), scenario, name);
  }
});

test('text of any language survives a link', () => {
  const scenario = { ...copy(DEFAULT), name: 'Schlüssel 词 🔋 </script>' };
  assert.deepEqual(fromFragment(fragment(scenario)), scenario);
});

test('a damaged link is refused in a sentence', () => {
  for (const hash of ['#1.AAAA', '#1.!!', '#x', '#1', '#1.', '#9.e30', link('[1]'), link('5'), link('{"a":'), `#1.${'A'.repeat(200000)}`, link('{"a":'.repeat(9000))]) {
    assert.throws(() => fromFragment(hash), /^Error: The link is .*: this page shows its own example instead\.$/, hash.slice(0, 40));
  }
});

test('a link can’t reach what every object inherits', () => {
  fromFragment(link('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'));
  assert.equal({}.polluted, undefined);
});

test('what lacks a number that it needs is not known, and no 0', () => {
  const scenario = copy(DEFAULT);
  put(scenario, 'training.bottom_up.samples', undefined);
  const asked = complete(scenario);
  assert.equal(asked.training, undefined);
  assert.equal(asked.search, undefined);
  assert.deepEqual(asked.inference, DEFAULT.inference);
});
