import { expect, test } from 'vitest';
import type { JudgedRun } from '../judged-run.ts';
import { around, judgedRun, judgedScenario, madeUpOptions } from '../testing/judged.ts';
import { compare } from './compare.ts';
import type { Comparison } from './comparison-schema.ts';
import { CannotCompare, sidesOf } from './side.ts';

/** Invented runs; `first` numbers them. */
const side = (environment: string, profile: string | undefined, first = 0): JudgedRun[] => around(13_000, 6).map((truth, index) => judgedRun(environment, first + index, [judgedScenario([truth])], { environmentFile: { ...(profile === undefined ? {} : { comparison: { profile } }), guests: [{ name: 'web', machine: { image: 'sha256:aa', vcpus: 2, memory: '2GiB', nic: 'virtio', load: 'idle' } }] } }));
const compared = (runs: readonly JudgedRun[], against: readonly JudgedRun[] = []): Comparison => compare(sidesOf(runs, against), madeUpOptions);

test('defaults of one environment and equalised settings of another are refused', () => {
  expect(() => compared([...side('pve', 'defaults'), ...side('hyperv', 'equalised')])).toThrow(CannotCompare);
  expect(() => compared([...side('pve', 'defaults'), ...side('hyperv', 'equalised')])).toThrow(/Run pve\/\S+ is declared as made with the defaults, run hyperv\/\S+ with equalised settings .* never compared across environments\. Name runs of one profile\./);
});

test('both within one side are refused', () => {
  const mixed = [...side('pve', 'defaults').slice(3), ...side('pve', 'equalised').slice(0, 3)];
  expect(() => compared(mixed, side('pve', 'defaults', 10))).toThrow(/never compared as one side\. .*--against/);
});

test('before and after in one environment may be the two, and that is said', () => {
  const { reservations, conditions } = compared(side('pve', 'defaults'), side('pve', 'equalised', 10));
  expect(reservations[0]).toBe('profile of the settings is not the same: defaults (pve (first)), equalised (pve (against))');
  expect(conditions.find(({ what }) => what === 'profile of the settings')).toMatchObject({ values: ['defaults', 'equalised'], equal: false });
});

test('the same that both declare is a condition, and no reservation', () => {
  expect(compared([...side('pve', 'equalised'), ...side('hyperv', 'equalised')]).reservations).toEqual([]);
});

test('what nobody declared is a reservation across environments, and none in one', () => {
  expect(compared([...side('pve', 'defaults'), ...side('hyperv', undefined)]).reservations).toEqual(['whether hyperv ran with its defaults or with equalised settings is not known: declare comparison.profile in the environment file']);
  expect(compared([...side('pve', undefined), ...side('hyperv', undefined)]).reservations).toEqual(['whether pve and hyperv ran with their defaults or with equalised settings is not known: declare comparison.profile in the environment files']);
  expect(compared(side('pve', undefined), side('pve', undefined, 10)).reservations.join()).not.toContain('comparison.profile');
});
