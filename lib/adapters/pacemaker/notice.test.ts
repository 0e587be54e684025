import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusterNotice, decodeNotice, encodeNotice } from './notice.ts';
import { broken, scriptedContext } from './testing.ts';

test('any text comes back as it was, in characters that Pacemaker takes', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
    expect(encodeNotice(text)).toMatch(/^[\x20-\x7e]*$/);
    expect(decodeNotice(encodeNotice(text))).toBe(text);
  }));
  expect(encodeNotice('{"owner":"me","reason":"100 %"}')).toBe('{"owner":"me","reason":"100 %25"}');
  expect(decodeNotice('100 % by hand')).toBe('100 % by hand');
});

/** A cluster that keeps the property, in the form of cibadmin's answers (recorded in words: 108 "File exists", 105 "No such device or address"). */
function keeping(onChange: 'works' | 'ignores' | 'breaks', kept: string | null = null) {
  let text = kept;
  return scriptedContext((_host, command) => {
    if (command.includes('--query')) return text === null ? { code: 105 } : `${text}\n`;
    if (onChange === 'ignores' || command === 'true') return '';
    const found = text !== null && command.includes(`@value='${text}'`);
    const value = / value="(.*)"\/>/.exec(command)?.[1] ?? null;
    if (command.includes('--create') && text !== null) return { code: 108 };
    if (command.includes('--modify') && !found) return { code: 105 };
    if (!command.includes('--delete') || found) text = value;
    return command.includes('--create') && onChange === 'breaks' ? broken : '';
  });
}

test('is created once, changed and removed only where it is what is expected', async () => {
  const notice = clusterNotice(keeping('works'));
  expect(await notice.read()).toBeNull();
  expect(await notice.create('mine')).toBe(true);
  expect(await notice.create('other')).toBe(false);
  expect(await notice.replace('other', 'another')).toBe(false);
  expect(await notice.replace('other', null)).toBe(true);
  expect(await notice.read()).toBe('mine');
  expect(await notice.replace('mine', 'mine still')).toBe(true);
  for (let round = 0; round < 2; round += 1) expect(await notice.replace('mine still', null)).toBe(true);
  expect(await notice.read()).toBeNull();
});

test('somebody else\'s words are removed as they stand there', async () => {
  const notice = clusterNotice(keeping('works', '100 % by hand'));
  expect(await notice.replace('100 % by hand', null)).toBe(true);
  expect(await notice.read()).toBeNull();
});

test('a broken connection counts by what is there afterwards, and a change that did not take is an error', async () => {
  expect(await clusterNotice(keeping('breaks')).create('mine')).toBe(true);
  await expect(clusterNotice(keeping('ignores')).create('mine')).rejects.toThrow(/could not be written.*nothing/);
  await expect(clusterNotice(keeping('ignores', 'mine')).replace('mine', null)).rejects.toThrow(/could not be removed.*mine/);
});

test('an unreadable property is no free lock', async () => {
  await expect(clusterNotice(scriptedContext(() => ({ code: 102, stderr: 'not connected' }))).read()).rejects.toThrow(/not connected/);
});
