import { describe, expect, test } from 'vitest';
import type { BootWord } from '../adapters/outcomes.ts';
import type { Hypervisor } from '../adapters/hypervisor.ts';
import { askBoot, askBootAgain, judgeBoots } from './boots.ts';
import type { IntegrityWatch } from './integrity-watch.ts';

const known = (boot: string): BootWord => ({ boot, detail: 'its agent' });
const unknown: BootWord = { boot: null, detail: 'no agent' };
const silent = {};
const ring = { integrity: { url: 'http://192.0.2.80/ring' } };

describe('whether the same boot goes on', () => {
  test.each<[string, object, BootWord | null, BootWord | null, boolean | null | undefined]>([
    ['the same', silent, known('b1'), known('b1'), true],
    ['another', silent, known('b1'), known('b2'), false],
    ['the same, by its writes', ring, known('b1'), known('b1'), true],
    ['another, by its writes', ring, known('b1'), known('b2'), false],
    ['not told afterwards', silent, known('b1'), unknown, undefined],
    ['never told', silent, unknown, unknown, undefined],
    ['not told, though the environment file says where', ring, known('b1'), unknown, null],
    ['nobody who could be asked', silent, null, null, undefined],
  ])('%s', (_what, guest, before, after, ok) => {
    expect(judgeBoots(guest, before, after).expected?.ok).toBe(ok);
  });

  test('a guest that was restarted is called so, and one that does not tell rests on its uptime, with the reason', () => {
    expect(judgeBoots(silent, known('b1'), known('b2')).expected?.detail).toBe('it was restarted: boot id b1 before, b2 after');
    expect(judgeBoots(silent, known('b1'), unknown).words).toBe('its boot id could not be read (no agent): that it was not restarted rests on its uptime alone, as the platform tells it');
    expect(judgeBoots(silent, null, null).words).toBe('');
  });
});

/** A platform whose guest answers so, one after the other; and how often it was asked. */
function asking(words: readonly BootWord[], watch?: Partial<IntegrityWatch>) {
  const asked: string[] = [];
  const hypervisor = { bootOf: async (guest: string) => {
    asked.push(guest);
    return words[asked.length - 1] ?? expect.unreachable();
  } } as unknown as Hypervisor;
  return { asked, world: { hypervisor, integrity: new Map(watch === undefined ? [] : [['web', watch as IntegrityWatch]]), now: () => 0, signal: new AbortController().signal } };
}

describe('asking for the boot of a guest', () => {
  test('its own sequence of writes goes before the platform', async () => {
    const { asked, world } = asking([], { next: async () => ({ from: 0, to: 1, boot: 'b1', ack: 1, recovered: 0, errors: 0 }) });
    expect(await askBoot(world, { name: 'web', ...ring })).toEqual({ boot: 'b1', detail: 'its write sequence' });
    expect(asked).toEqual([]);
  });

  test('a guest that has just arrived is asked until it tells', async () => {
    const { asked, world } = asking([unknown, known('b1')]);
    expect(await askBootAgain(world, { name: 'web' }, known('b1'))).toEqual(known('b1'));
    expect(asked).toEqual(['web', 'web']);
  });

  test('one that did not tell before is not asked again, and a platform without a way in is not asked at all', async () => {
    const { asked, world } = asking([]);
    expect(await askBootAgain(world, { name: 'web' }, unknown)).toEqual(unknown);
    expect(asked).toEqual([]);
    expect(await askBoot({ ...world, hypervisor: {} as Hypervisor }, { name: 'web' })).toBeNull();
  });
});
