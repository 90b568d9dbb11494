// node --test web/text/german.test.mjs

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { GERMAN } from './german.js';
import { GERMAN_SENTENCES } from './german-core.js';

const web = new URL('../', import.meta.url);
const scripts = ['', 'engine/', 'form/', 'scenario/', 'text/', 'view/'].flatMap((folder) =>
  readdirSync(new URL(folder, web)).filter((name) => name.endsWith('.js') && !name.startsWith('german')).map((name) => readFileSync(new URL(folder + name, web), 'utf8')));
const page = readFileSync(new URL('index.html', web), 'utf8');
/** Names that are the same in every language. */
const NAMES = /^codecarbon, /;

test('every text of the page and of its modules has its German', () => {
  const texts = new Set();
  for (const [, , text] of page.matchAll(/<(\w+)[^>]*?\bdata-t(?=[ >])[^>]*>([^<]*)</g)) texts.add(text.trim().replace(/\s+/g, ' '));
  for (const [, text] of page.matchAll(/data-t-label="([^"]*)"/g)) texts.add(text);
  for (const script of scripts) {
    for (const [, text] of script.matchAll(/\bt\('((?:\\'|[^'])*)'/g)) texts.add(text.replaceAll('\\\'', '\''));
    for (const [, text] of script.matchAll(/\bword\('([^']*)'/g)) texts.add(text);
    for (const [, text] of script.matchAll(/new Error\('([^']+)'/g)) texts.add(text);
  }
  assert.ok(texts.size > 200);
  assert.deepEqual([...texts].filter((text) => text && !NAMES.test(text) && !(text in GERMAN)), []);
});

test('a text and its German have the same places for values', () => {
  const places = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  for (const [english, german] of Object.entries(GERMAN)) assert.deepEqual([...new Set(places(german))], [...new Set(places(english))], english);
});

test('every sentence with a name in it keeps to the end', () => {
  for (const [pattern] of GERMAN_SENTENCES) assert.match(pattern.source, /^\^.*\$$/);
});
