import { describe, expect, test } from 'vitest';
import { createAnswerLog } from './answers.ts';

const patient = new AbortController().signal;

describe('the log of answers', () => {
  test('waits for the first right answer to a probe sent since then', async () => {
    const log = createAnswerLog(10);
    for (const seq of [0, 1, 2, 3]) log.sent(seq, seq * 10);
    log.answered(0, 5, 0, true);
    const waiting = log.wait(15, patient);
    log.answered(1, 25, 10, true);
    log.answered(2, 26, 20, false);
    log.answered(3, 35, 30, true);
    expect(await waiting).toEqual({ sentNs: 30, receivedNs: 35 });
  });

  test('knows an answer that came before it was asked for', async () => {
    const log = createAnswerLog(10);
    for (const seq of [0, 1, 2]) {
      log.sent(seq, seq * 10);
      log.answered(seq, seq * 10 + 1, seq * 10, true);
    }
    expect(await log.wait(5, patient)).toEqual({ sentNs: 10, receivedNs: 11 });
  });

  test('counts neither duplicates nor answers to what was never sent, and forgets what is too old', () => {
    const log = createAnswerLog(10);
    for (let seq = 0; seq < 1000; seq++) log.sent(seq, seq);
    log.answered(999, 1, 0, true);
    log.answered(999, 2, 0, true);
    log.answered(5, 3, 0, true);
    log.answered(5000, 3, 0, true);
    expect([log.count(), log.lastNs(), log.newestOpenNs()]).toEqual([1, 1, 998]);
  });

  test('rejects when the signal aborts, before and while it waits', async () => {
    const log = createAnswerLog(10);
    const controller = new AbortController();
    const waiting = log.wait(0, controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(log.wait(0, controller.signal)).rejects.toThrow('enough');
  });

  test('memory of answers is bounded, and the newest are kept', async () => {
    const log = createAnswerLog(10);
    for (let seq = 0; seq < 10_000; seq++) {
      log.sent(seq, seq);
      log.answered(seq, seq, seq, true);
    }
    expect((await log.wait(9_990, patient)).sentNs).toBe(9990);
    expect((await log.wait(0, patient)).sentNs).toBe(10_000 - 4096);
  });
});
