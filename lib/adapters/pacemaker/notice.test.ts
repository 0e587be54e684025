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

/** A cluster that keeps the property. */
function keeping(onUpdate: 'works' | 'ignores' | 'breaks') {
  let kept: string | null = null;
  return scriptedContext((_host, command) => {
    if (command.includes('--query')) return kept === null ? { code: 105 } : `${kept}\n`;
    if (command.includes('--delete')) kept = null;
    if (command.includes('--update') && onUpdate !== 'ignores') kept = command.replace(/^.*--update /, '');
    return command.includes('--update') && onUpdate === 'breaks' ? broken : '';
  });
}

test('confirms by reading again', async () => {
  const notice = clusterNotice(keeping('works'));
  expect(await notice.read()).toBeNull();
  await notice.write('mine');
  expect(await notice.read()).toBe('mine');
  await notice.clear();
  await notice.clear();
  expect(await notice.read()).toBeNull();
});

test('a broken connection counts by what is there afterwards, and a write that did not take is an error', async () => {
  await clusterNotice(keeping('breaks')).write('mine');
  await expect(clusterNotice(keeping('ignores')).write('mine')).rejects.toThrow(/could not be written.*nothing/);
});

test('an unreadable property is no free lock', async () => {
  await expect(clusterNotice(scriptedContext(() => ({ code: 102, stderr: 'not connected' }))).read()).rejects.toThrow(/not connected/);
});
