import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Environment } from '../environment/environment.ts';
import { diskRemovalFault } from '../faults/disk.ts';
import { inventedEnvironment } from '../safety/invented-cluster.ts';
import { createScenario } from './scenario.ts';
import { selectedRow, testBench } from './testing.ts';
import type { TestBench } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'fault-hooks-'));
const told = join(folder, 'told');
const disk = join(folder, 'disk');
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A disk that is a file, and an operator whose hooks write down what they are told and whether the disk was out then. */
function bench(before: string, more: Partial<Environment> = {}): TestBench {
  const hook = (word: string): string[] => ['sh', '-c', `${word}; mkdir -p ${folder}; echo "$HA_ACCEPTANCE_HOOK_EVENT $HA_ACCEPTANCE_HOOK_FAULT $HA_ACCEPTANCE_HOOK_DISK $(test -e ${disk} && echo out || echo in)" >> ${told}`];
  const hooks: NonNullable<Environment['hooks']> = { beforeFault: hook(before), afterFault: hook(':') };
  const nodes: Environment['nodes'] = [{ name: 'n2', address: '192.0.2.12', disks: [{ id: 'disk.1', hand: 'command', remove: ['sh', '-c', `mkdir -p ${folder}; touch ${disk}`], insert: ['rm', '-f', disk], status: ['sh', '-c', `test -e ${disk} && echo removed || echo present`] }] }];
  return testBench({ environment: { hooks, nodes, ...more } });
}

test('the operator is told before a fault is injected and after it was mended', async () => {
  const { session } = bench(':');
  const scenario = createScenario({ session, selected: selectedRow('disk-removal', async () => undefined), signal: session.signal, probes: new Map(), integrity: new Map() });
  await scenario.inject(diskRemovalFault(session.environment, 'n2', 'disk.1'));
  expect(existsSync(disk)).toBe(true);
  await scenario.mend();
  expect(readFileSync(told, 'utf8').trim().split('\n')).toEqual(['beforeFault disk-removal disk.1 in', 'afterFault disk-removal disk.1 in']);
});

test('a notice that cannot be given keeps the fault from being injected', async () => {
  const { session, events } = bench('exit 3');
  const scenario = createScenario({ session, selected: selectedRow('disk-removal', async () => undefined), signal: session.signal, probes: new Map(), integrity: new Map() });
  await expect(scenario.inject(diskRemovalFault(session.environment, 'n2', 'disk.1'))).rejects.toThrow(/hook beforeFault.*Nothing was injected/s);
  expect(existsSync(disk)).toBe(false);
  expect(events().filter((event) => event.kind === 'fault-injecting')).toEqual([]);
});

test('of a fault that the interlocks refuse the operator is never told', async () => {
  const { session } = bench(':', { allow: { ...inventedEnvironment().allow, faults: [] } });
  const scenario = createScenario({ session, selected: selectedRow('disk-removal', async () => undefined), signal: session.signal, probes: new Map(), integrity: new Map() });
  await expect(scenario.inject(diskRemovalFault(session.environment, 'n2', 'disk.1'))).rejects.toThrow(/interlock "allowed faults"/);
  expect(existsSync(told)).toBe(false);
});

test('of a fault that fails before anything is in place the operator is told that it is over', async () => {
  const { session } = bench(':');
  const scenario = createScenario({ session, selected: selectedRow('disk-removal', async () => undefined), signal: session.signal, probes: new Map(), integrity: new Map() });
  const fault = { ...diskRemovalFault(session.environment, 'n2', 'disk.1'), prepare: async () => Promise.reject(new Error('its slot cannot be read')) };
  await expect(scenario.inject(fault)).rejects.toThrow('its slot cannot be read');
  expect(readFileSync(told, 'utf8').trim().split('\n')).toEqual(['beforeFault disk-removal disk.1 in', 'afterFault disk-removal disk.1 in']);
});
