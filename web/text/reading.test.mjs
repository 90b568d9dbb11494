// node --test web/text/reading.test.mjs

import assert from 'node:assert/strict';
import { test } from 'node:test';

const spoken = (languages) => Object.defineProperty(globalThis, 'navigator', { value: { languages }, configurable: true });
spoken(['en-US']);
const { choose } = await import('./language.js');
const { read, written, echo } = await import('./reading.js');
const { quantity, span, percent } = await import('./number.js');

const speak = async (tag, locale) => {
  spoken([locale]);
  await choose(tag);
};

test('a comma and a point are decimal signs in both languages', async () => {
  for (const [tag, locale] of [['en', 'en-US'], ['de', 'de-DE']]) {
    await speak(tag, locale);
    for (const text of ['1,5', '1.5', ' 1,5 ', '+1.5', '1,50', '.15e1', '1.5e0']) assert.equal(read(text), 1.5, `${tag}: ${text}`);
    assert.equal(read('-4'), -4);
    assert.equal(read('0,001'), 0.001);
  }
});

test('thousands are grouped as the reader groups them', async () => {
  await speak('en', 'en-US');
  assert.equal(read('86,400'), 86400);
  assert.equal(read('86.400'), 86.4);
  await speak('de', 'de-DE');
  assert.equal(read('86.400'), 86400);
  assert.equal(read('86,400'), 86.4);
  for (const text of ['86 400', '86’400', '86\u202f400']) assert.equal(read(text), 86400, text);
});

test('two signs say by themselves which is which', async () => {
  await speak('en', 'en-US');
  assert.equal(read('1.234.567'), 1234567);
  assert.equal(read('1,234,567.5'), 1234567.5);
  assert.equal(read('1.234.567,5'), 1234567.5);
  assert.equal(read('1.234,5'), 1234.5);
});

test('a unit may have a prefix, and the exponent stays exact', () => {
  assert.equal(read('8 µW', 'W'), 8e-6);
  assert.equal(read('8uW', 'W'), 8e-6);
  assert.equal(read('26.8 mW', 'W'), 0.0268);
  assert.equal(read('1 k', ''), 1000);
  assert.equal(read('3 M'), 3e6);
  assert.equal(read('2,5 W', 'W'), 2.5);
});

test('a range has a middle and two ends', async () => {
  await speak('en', 'en-US');
  assert.deepEqual(read('36 (20 to 50)'), { low: 20, mode: 36, high: 50 });
  assert.deepEqual(read('8 µW (4 to 30 µW)', 'W'), { low: 4e-6, mode: 8e-6, high: 30e-6 });
  await speak('de', 'de-DE');
  assert.deepEqual(read('0,88 (0,8 bis 0,93)'), { low: 0.8, mode: 0.88, high: 0.93 });
});

test('what was written is read back', async () => {
  for (const [tag, locale] of [['en', 'en-US'], ['de', 'de-DE']]) {
    await speak(tag, locale);
    for (const value of [1.5, 86400, 0.001, 8e-6, 5e-4, 1577880000, 3e11, 0.0268, { low: 4e-6, mode: 8e-6, high: 3e-5 }, { low: 20, mode: 36, high: 50 }]) {
      assert.deepEqual(read(written(value, 'W'), 'W'), value, `${tag}: ${written(value, 'W')}`);
    }
  }
});

test('nothing is not zero, and words are no number', async () => {
  await speak('en', 'en-US');
  assert.equal(read(''), undefined);
  assert.equal(read('   '), undefined);
  assert.equal(echo(undefined), 'not known');
  for (const text of ['abc', '1e400', 'NaN', '1 2 x', '--1', '5 apples', '1 (2)', '<b>']) assert.throws(() => read(text), /is no number/, text);
});

test('numbers have three digits, a prefix by size, and are never 0 when they are not', () => {
  assert.equal(quantity(1.7e-6, 'gCO2e'), '1.70\u00a0µg\u00a0CO₂e');
  assert.equal(quantity(0.9996, 'J'), '1.00\u00a0J');
  assert.equal(quantity(0.9994, 'J'), '999\u00a0mJ');
  assert.equal(quantity(552.1e6, 'gCO2e'), '552\u00a0t\u00a0CO₂e');
  assert.equal(quantity(4.416e-10, 'kWh'), '442\u00a0nWh');
  assert.equal(span(0.00143, 0.00741, 'J'), '1.43 to 7.41\u00a0mJ');
  assert.equal(span(0.0003, 0.00741, 'J'), '300\u00a0µJ to 7.41\u00a0mJ');
  assert.equal(percent(0.0004), '<\u00a00.1\u00a0%');
  assert.equal(percent(0.034), '3.4\u00a0%');
  assert.equal(percent(0.62), '62\u00a0%');
});
