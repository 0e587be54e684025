import { expect, test } from 'vitest';
import { reconstructSends } from './sends.ts';

function watch() {
  const sent: [number, number][] = [];
  const answered: [number, number][] = [];
  const blind: string[] = [];
  const sends = reconstructSends(10e6, {
    sent: (seq, atNs) => sent.push([seq, atNs / 1e6]),
    answered: (seq, atNs) => answered.push([seq, atNs / 1e6]),
    blind: (fromNs, toNs, reason) => blind.push(`${fromNs / 1e6} ${toNs / 1e6} ${reason}`),
  });
  return { sent, answered, blind, sends };
}

test('an answered probe was sent a round trip before its answer', () => {
  const { sent, answered, sends } = watch();
  for (const seq of [0, 1, 2]) sends.answer(seq, seq * 16e6 + 1e6, 0.4e6);
  expect(sent).toEqual([[0, 0.6], [1, 16.6], [2, 32.6]]);
  expect(answered).toEqual([[0, 1], [1, 17], [2, 33]]);
});

test('lost probes are sent when ping says so; the first of a row as late as possible', () => {
  const { sent, sends } = watch();
  sends.answer(0, 1e6, 1e6);
  sends.answer(1, 15e6, 1e6);
  sends.answer(2, 31e6, 1e6);
  sends.unanswered(3, 62e6);
  sends.unanswered(4, 78e6);
  sends.answer(6, 95e6, 1e6);
  expect(sent).toEqual([[0, 0], [1, 14], [2, 30], [3, 48], [4, 62], [5, 78], [6, 94]]);
});

test('a late answer changes nothing about when it was sent, and sequences only rise', () => {
  const { sent, answered, sends } = watch();
  sends.answer(0, 1e6, 1e6);
  sends.unanswered(1, 20e6);
  sends.unanswered(2, 30e6);
  sends.answer(1, 31e6, 21e6);
  sends.answer(2, 31e6, 11e6);
  sends.answer(3, 31e6, 1e6);
  expect(sent.map(([seq]) => seq)).toEqual([0, 1, 2, 3]);
  expect(answered).toEqual([[0, 1], [1, 31], [2, 31], [3, 31]]);
});

test('a send that the kernel refused is blind and was never sent, whether or not the one before was answered', () => {
  const { sent, blind, sends } = watch();
  sends.answer(0, 1e6, 1e6);
  sends.refused(10e6, 'Network is unreachable');
  sends.unanswered(1, 20e6);
  sends.refused(20.1e6, 'Network is unreachable');
  sends.unanswered(2, 30e6);
  sends.settle();
  expect(sent.map(([seq]) => seq)).toEqual([0, 3]);
  expect(blind).toEqual(['10 20 the kernel refused to send (Network is unreachable)', '20 30 the kernel refused to send (Network is unreachable)']);
});

test('a probe that was given up tells when it was sent, unless that is known', () => {
  const { sent, sends } = watch();
  sends.answer(0, 1e6, 1e6);
  sends.sentAt(1, 10e6);
  sends.sentAt(3, 30e6);
  sends.answer(5, 50e6, 0);
  sends.sentAt(4, 40e6);
  expect(sent).toEqual([[0, 0], [1, 10], [2, 20], [3, 30], [4, 40], [5, 50]]);
});
