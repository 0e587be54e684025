import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Hypervisor } from '../adapters/hypervisor.ts';
import { mergedLimits } from '../record/limit-files.ts';
import { readRun } from '../record/run-reader.ts';
import { inventedEnvironment, inventedSnapshot } from '../safety/invented-cluster.ts';
import { selectedRow } from '../scenario/testing.ts';
import { beginRecord } from './begin-record.ts';
import { conductRun } from './conduct-run.ts';
import { lockRunOf } from './hold-cluster-lock.ts';
import type { Stop } from './stop.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'begin-'));
  vi.stubEnv('HA_ACCEPTANCE_REPORTS', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const inventedIdentity = { name: 'invented', identity: 'SHA256:invented', source: 'a test' };
const options = { env: 'invented', suite: ['backup'], guest: ['web'], repeat: 2, profile: null, arm: 'CLUSTER', limits: 'other-limits.yaml', breakLock: false, capMinutes: null, keep: null, stream: null };
const limitFiles = [{ file: 'other-limits.yaml', limits: { backup: { outage: 500 } } }, { file: 'environments/invented.yaml', limits: { backup: { outage: 1000, lost: 3 } } }];
const scenarios = ['disk-removal', 'backup'].map((row) => selectedRow(row as 'backup', async () => undefined));

async function begun() {
  const notice = { read: async () => null, create: async () => true, replace: async () => true };
  const hypervisor = { notice, snapshot: async () => inventedSnapshot() } as Partial<Hypervisor> as Hypervisor;
  const target = { hypervisor, identity: inventedIdentity };
  return beginRecord({ options, environment: inventedEnvironment({ limits: mergedLimits(limitFiles), limitFiles }), scenarios, profile: 'gate', target, calibration: { icmp: null, kinds: [{ kind: 'http', figures: null, why: 'made' }] }, signal: new AbortController().signal });
}

test('what was meant to be done is on record before anything is: a run that dies at once is known to be incomplete', async () => {
  const { writer } = await begun();
  const { description, events } = readRun(writer.folder);
  expect(description).toMatchObject({ profile: 'gate', simulated: false, cluster: { name: 'invented', identity: 'SHA256:invented' }, limits: { backup: { outage: 500, lost: 3 } }, limitsFrom: 'other-limits.yaml; else environments/invented.yaml', limitFiles, suites: ['disk-removal', 'backup'], calibration: null, calibratedKinds: [{ kind: 'http', figures: null, why: 'made' }] });
  expect(events.map((event) => event.kind)).toEqual(['evidence', 'run-started', 'scenario-planned', 'scenario-planned']);
  expect(events.flatMap((event) => (event.kind === 'scenario-planned' ? [event.scenario] : []))).toEqual(scenarios.map(({ id }) => id));
});

test('a run against what only stands in for a cluster says so', async () => {
  vi.stubEnv('HA_ACCEPTANCE_SIMULATED', '1');
  const { writer } = await begun();
  expect(readRun(writer.folder).description.simulated).toBe(true);
});

test('the process that conducts the scenarios is told how long they are expected to take', async () => {
  const { assignment } = await begun();
  expect(assignment.expectedMs).toEqual(Object.fromEntries(scenarios.map(({ id, row }) => [id, row.expectedMs])));
});

test('the process that conducts the scenarios is told all that this one was told, and where the cluster as it was is kept', async () => {
  const { writer, assignment } = await begun();
  expect(assignment).toMatchObject({ environment: 'invented', cluster: { name: 'invented', identity: 'SHA256:invented' }, limitsFile: 'other-limits.yaml', runFolder: writer.folder, armedWith: 'CLUSTER', lockRun: lockRunOf('invented'), suites: ['backup'], guests: ['web'], repeat: 2, rows: ['disk-removal', 'backup'] });
  expect(JSON.parse(readFileSync(assignment.before, 'utf8'))).toEqual(JSON.parse(JSON.stringify(inventedSnapshot())));
});

test('a folder that cannot be written is told with the way to proceed, and nothing was begun', async () => {
  writeFileSync(join(folder, 'in-the-way'), '');
  vi.stubEnv('HA_ACCEPTANCE_REPORTS', join(folder, 'in-the-way'));
  await expect(begun()).rejects.toMatchObject({ exitCode: 69, message: expect.stringMatching(/cannot be written to .*in-the-way.*nothing was begun\. .*HA_ACCEPTANCE_REPORTS/) as string });
});

test('a cluster that cannot be read, or a stop, while the record begins: nothing was begun', async () => {
  const reason = { kind: 'signal', signal: 'SIGINT' };
  const hypervisor = { snapshot: async () => Promise.reject(reason) } as unknown as Hypervisor;
  const begins = vi.fn<() => void>();
  const stop = { signal: new AbortController().signal } as Stop;
  await expect(conductRun({ options, environment: inventedEnvironment(), scenarios, profile: null, target: { hypervisor, identity: inventedIdentity }, calibration: null, stop, begins })).rejects.toBe(reason);
  expect(begins).not.toHaveBeenCalled();
});
