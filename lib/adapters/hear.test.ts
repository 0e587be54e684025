import { expect, test } from 'vitest';
import { hear } from './hear.ts';
import { openStateRecorder } from './state-recorder.ts';

const open = () => openStateRecorder({ title: '', file: '' }, (_path, text) => text);

test('what is read is heard of, with the time that the reading took, and answered unchanged', async () => {
  const recorder = open();
  const before = Number(process.hrtime.bigint());
  expect(await hear({ recorder, of: 'p' }, async (tell) => {
    tell({ state: 'up' });
    return 'up';
  })).toBe('up');
  const [line] = recorder.since(0).lines;
  expect(line?.state).toEqual({ state: 'up' });
  expect([(line?.lastSeenNs ?? 0) > before, (line?.firstAfterNs ?? 0) >= (line?.lastSeenNs ?? Infinity)]).toEqual([true, true]);
});

test.each<[string, AbortSignal | undefined, (() => boolean) | undefined, string[]]>([
  ['a failure', undefined, undefined, ['no route']],
  ['one whose time was over', AbortSignal.abort(new DOMException('late', 'TimeoutError')), undefined, ['no route']],
  ['one that was given up', AbortSignal.abort(new Error('the run ends')), undefined, []],
  ['an answer that says nothing of the part', undefined, () => false, []],
])('%s is thrown on, and heard of as far as it says something', async (_what, signal, isSilence, heard) => {
  const recorder = open();
  await expect(hear({ recorder, of: 'p', signal, ...(isSilence === undefined ? {} : { isSilence }) }, () => Promise.reject(new Error('no route')))).rejects.toThrow('no route');
  expect(recorder.since(0).lines.map(({ unreadable }) => unreadable)).toEqual(heard);
});
