import { expect, test } from 'vitest';
import { readTimeline } from '../../platforms/proxmox/testing/timeline.ts';
import { expectedRecovery } from './expected-recovery.ts';

/** Time from what was done to the cluster until HA confirmed the guest elsewhere, ms, from a recorded course. */
function recordedMs(file: string, confirmedS: number): number {
  return (confirmedS - (readTimeline(file).marks[0]?.atS ?? Number.NaN)) * 1000;
}

const { loMs, hiMs, slowHiMs, waitMs, terms } = expectedRecovery('worker', 2000);

test('the recorded loss of power lies in the expected time', () => {
  const measured = recordedMs('timeline-poweroff.txt', 140.5);
  expect(measured).toBeGreaterThan(loMs);
  expect(measured).toBeLessThan(hiMs);
});

test('the recorded slow path lies beyond it, within what is expected of the slow path, and is waited for', () => {
  const measured = recordedMs('timeline-linkcut.txt', 241.4);
  expect(measured).toBeGreaterThan(hiMs);
  expect(measured).toBeLessThan(slowHiMs);
  expect(slowHiMs).toBeLessThan(waitMs);
});

test('no recovery is expected before the lock of the dead node can have run out', () => {
  expect(loMs).toBe(110_000);
  expect(expectedRecovery('coordinator', 0).loMs).toBe(110_000);
});

test("a coordinator's death adds the lifetime of the manager's lock", () => {
  const coordinator = expectedRecovery('coordinator', 2000);
  expect(coordinator.hiMs - hiMs).toBe(120_000);
  expect(coordinator.waitMs - waitMs).toBe(120_000);
  expect(coordinator.terms[0]).toContain("manager's lock");
  expect(terms.join()).not.toContain("manager's lock");
});

test('a slow start is waited for', () => {
  expect(expectedRecovery('worker', 60_000).hiMs - hiMs).toBe(58_000);
});
