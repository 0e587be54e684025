import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { noNetworkReason } from '../netns.ts';
import type { CountedWindow } from './gate.ts';
import { gateAddress, openKernelGate } from './gate.ts';

const missing = noNetworkReason();
if (missing !== null) console.warn(`gate.test.ts measures nothing here: ${missing}`);

interface Seen {
  where: string;
  epochNs: number;
  received: number;
  windows: CountedWindow[];
  arrivals: number[];
  endNs: number;
}

describe.skipIf(missing !== null).each([4, 6] as const)('the gate in a network namespace of its own, over IPv%d', (family) => {
  const { where, epochNs, received, windows, arrivals, endNs } = missing === null ? (JSON.parse(execFileSync('unshare', ['--net', process.execPath, new URL('./testing.ts', import.meta.url).pathname, String(family)], { encoding: 'utf8' })) as Seen) : ({ windows: [], arrivals: [] } as unknown as Seen);

  test('drops what is sent within the window, counts it, and lets everything else through', () => {
    const [, , first] = windows;
    expect(where).toMatch(/^in the kernel, as probes (leave|arrive)/);
    expect(first).toMatchObject({ target: 1, fromNs: Math.round(epochNs + 100e6), toNs: Math.round(epochNs + 250e6) });
    expect(first?.dropped).toBeGreaterThan(2);
    expect(first?.dropped).toBe(70 - received);
    expect(first?.passed).toBeGreaterThan(2);
  });

  test('keeps targets and slots apart', () => {
    const [, , , second] = windows;
    expect(second).toMatchObject({ target: 1, dropped: 0 });
    expect(windows.filter(({ target }) => target === 0).map(({ passed, dropped }) => passed + dropped)).toEqual([0, 0]);
  });

  test('logs when probes reached the first target, as far as the log holds', () => {
    expect(arrivals.length).toBe(5);
    expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
    expect(arrivals[0]).toBeGreaterThan(epochNs);
    expect(arrivals[4]).toBeLessThan(endNs);
  });
});

test('targets have addresses of their own', () => {
  expect([0, 1, 254, 255, 999].map((target) => gateAddress(target, 4))).toEqual(['127.77.0.1', '127.77.0.2', '127.77.0.255', '127.77.1.0', '127.77.3.232']);
  expect([0, 254, 255, 999].map((target) => gateAddress(target, 6))).toEqual(['fd77::1', 'fd77::ff', 'fd77::100', 'fd77::3e8']);
});

test('a slot that the program cannot count is refused', () => {
  expect(() => openKernelGate({ targets: 1, windows: 1, slotNs: 3e9, logged: 0 })).toThrow('longer than the gate can count');
});
