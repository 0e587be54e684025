import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Unasked } from '../adapters/outcomes.ts';
import type { GuestConfig } from '../environment/environment.ts';
import { judgeScratch, matchesBackup, ringIn } from './restore.ts';
import type { Scenario } from './scenario.ts';

const written = { before: 100, after: 120, boots: ['original'] };
const found = { boot: 'scratch', recovered: 110, errors: 0 };

test.each([
  { what: 'holds a write of the time of the backup', changes: {}, ok: true, detail: /write 110/ },
  { what: 'holds just what was acknowledged before', changes: { recovered: 100 }, ok: true, detail: /write 100/ },
  { what: 'lacks an acknowledged write', changes: { recovered: 99 }, ok: false, detail: /^1 acknowledged write\(s\) are missing/ },
  { what: 'holds writes from after the backup', changes: { recovered: 121 }, ok: false, detail: /after the backup had ended/ },
  { what: 'found an error on its disk', changes: { errors: 2 }, ok: false, detail: /2 error/ },
  { what: 'is the original itself', changes: { boot: 'original' }, ok: false, detail: /is the original's/ },
])('a guest that $what: $ok', ({ changes, ok, detail }) => {
  expect(matchesBackup({ ...found, ...changes }, written)).toEqual({ ok, detail: expect.stringMatching(detail) as string });
});

test.each([
  ['nothing', null], ['a page of a web server that is not ready', '<html>502</html>'], ['a part of what it means to say', '{"boot": "scr'], ['no object', 'null'],
  ['that it still verifies its disk', '{"state": "starting", "boot": "", "ack": 0, "recovered": 0, "errors": 0}'],
])('a restored guest that says %s has not booted yet, and the tool goes on', (_what, answer) => {
  expect(ringIn(answer)).toBeNull();
});

describe('whether a restored guest boots', () => {
  const unasked: Unasked = { unasked: 'GET /cluster/status through pve1: 596 Connection timed out' };
  const page = JSON.stringify({ state: 'running', boot: 'scratch', ack: 111, recovered: 110, errors: 0 });

  /** What is expected of a guest whose last word is heard when its time is over. @param url where it shows its writes; null: it tells no more than that it lives */
  async function expectations(url: string | null, words: readonly (string | Unasked | null)[]): Promise<unknown[]> {
    const told: unknown[] = [];
    const rest = [...words];
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    onTestFinished(() => void vi.restoreAllMocks());
    const next = async (): Promise<string | Unasked | null> => {
      const word = rest.shift() ?? null;
      if (rest.length === 0) now = 3_600_000;
      return word;
    };
    const scenario = { signal: new AbortController().signal, now: () => 0, evidence: () => null, expect: (title: string, ok: boolean | null, detail: string) => told.push([title, ok, detail]), hypervisor: { scratch: { ask: next, alive: next } } };
    const guest = { name: 'web', ...(url === null ? {} : { integrity: { url } }) };
    await judgeScratch(scenario as unknown as Scenario, guest as unknown as GuestConfig, written);
    return told;
  }

  test.each([
    ['that says nothing to the end', [unasked, null], false, /^it said nothing within|^its write sequence was not served/],
    ['that nobody could ask in the end', [null, unasked], null, /^nobody could ask it any more .*: GET \/cluster\/status through pve1: 596/],
    ['that was asked again after all', [unasked, page], true, /./],
  ])('one %s', async (_what, words, ok, detail) => {
    for (const url of [null, 'http://web.example/']) expect((await expectations(url, words))[0]).toEqual(['the restored web boots', ok, expect.stringMatching(detail)]);
  });
});
