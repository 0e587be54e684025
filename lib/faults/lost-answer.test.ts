import { expect, test } from 'vitest';
import { PowerShellError } from '../transports/powershell/powershell-error.ts';
import { SshError } from '../transports/ssh-error.ts';
import { changeOrLook } from './lost-answer.ts';

const { signal } = new AbortController();

/** A change that ends so, and a world that shows it from the given reading on. */
function changeThat(end: () => Promise<string>, shownAt = Infinity): { change: () => Promise<string>; isDone: () => Promise<boolean>; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    change: async () => {
      asked.push('change');
      return end();
    },
    isDone: async () => asked.push('look') > shownAt,
  };
}

test('an answer that came is the answer, and nobody looks', async () => {
  const { change, isDone, asked } = changeThat(async () => 'Off');
  expect([await changeOrLook(change, isDone, signal), asked]).toEqual(['Off', ['change']]);
});

test.each([
  ['connection', new SshError('lost', 'parent', 'it broke')],
  ['patience', new SshError('timeout', 'parent', 'it takes long')],
  ['frame', new PowerShellError('no-answer', 'parent', 'switch-machine', 'it ended without one')],
])('behind a lost %s the world is looked at until it shows the change, which is asked for once', async (_what, error) => {
  const { change, isDone, asked } = changeThat(async () => Promise.reject(error), 2);
  expect([await changeOrLook(change, isDone, signal), asked]).toEqual([null, ['change', 'look', 'look']]);
});

test('a change that is not seen behind its lost answer is unknown, by the error that says so', async () => {
  const lost = new SshError('lost', 'parent', 'it broke');
  const { change, isDone, asked } = changeThat(async () => Promise.reject(lost));
  await expect(changeOrLook(change, isDone, signal, 0)).rejects.toBe(lost);
  expect(asked.slice(0, 2)).toEqual(['change', 'look']);
});

test('a reading that fails shows nothing', async () => {
  const lost = new SshError('lost', 'parent', 'it broke');
  const { change } = changeThat(async () => Promise.reject(lost));
  await expect(changeOrLook(change, async () => Promise.reject(new Error('nobody answers')), signal, 0)).rejects.toBe(lost);
});

test.each([
  ['was refused', new PowerShellError('failed', 'parent', 'switch-machine', 'access is denied')],
  ['never arrived', new SshError('unreachable', 'parent', 'nobody answers')],
])('a change that %s is not looked for', async (_what, error) => {
  const { change, isDone, asked } = changeThat(async () => Promise.reject(error), 1);
  await expect(changeOrLook(change, isDone, signal)).rejects.toBe(error);
  expect(asked).toEqual(['change']);
});

test('whoever gives up meanwhile is told nothing else', async () => {
  const ending = new AbortController();
  const { isDone } = changeThat(async () => '');
  const change = async (): Promise<string> => {
    ending.abort(new Error('the run ends'));
    throw new SshError('lost', 'parent', 'it broke');
  };
  await expect(changeOrLook(change, isDone, ending.signal)).rejects.toThrow('the run ends');
});
