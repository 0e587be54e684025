import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Environment } from '../environment/environment.ts';
import { environmentOf, fileSwitch, secretOf } from '../faults/testing/world.ts';
import type { FileSwitch } from '../faults/testing/world.ts';
import { noteInjected, openEntries, openEntry } from '../safety/journal.ts';
import { tellBeforeFault } from '../safety/told-faults.ts';
import { testKey } from '../transports/testing/ssh-server.ts';
import { openMendedTarget, openTargetToRead } from './mend-earlier.ts';

let folder = '';
let slot: FileSwitch;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mend-earlier-'));
  mkdirSync(join(folder, 'run'));
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
  slot = fileSwitch('removed');
});
afterEach(() => {
  vi.unstubAllEnvs();
  slot.remove();
  rmSync(folder, { recursive: true });
});

/** A cluster of which no node answers: nothing listens at these ports. */
function deadCluster(): Environment {
  const disk = { id: 'disk.1', hand: 'command' as const, remove: slot.set('removed'), insert: slot.set('present'), status: slot.show };
  const environment = environmentOf([{ name: 'n1', address: '127.0.0.1', disks: [disk] }]);
  const ssh = { user: 'root', port: 1, key: secretOf(testKey().private), knownHosts: secretOf(`[127.0.0.1]:1 ${testKey().line}\n`) };
  return { ...environment, disposable: false, ssh };
}

test('what an earlier run left is named to who only reads, mended by the hands when no node answers, and then a node is waited for', async () => {
  const over = join(folder, 'over');
  const environment: Environment = { ...deadCluster(), hooks: { afterFault: ['sh', '-c', `echo "$HA_ACCEPTANCE_HOOK_DISK" >> ${over}`] } };
  await tellBeforeFault(environment, { run: 'r1', scenario: 's', fault: 'disk-removal', node: 'n1', disk: 'disk.1' });
  const entry = openEntry({ environment: environment.name, cluster: { name: environment.arm, identity: environment.identity }, disposable: false, run: 'r1', runFolder: join(folder, 'run'), scenario: 's', fault: 'disk-removal', target: { node: 'n1', role: null, disk: 'disk.1' }, undo: { inverse: 'disk-insert', version: 1, data: { node: 'n1', disk: 'disk.1' }, title: 'put disk disk.1 back into node n1', manual: [] } });
  noteInjected(entry);
  const giveUp = new AbortController();
  await expect(openTargetToRead(environment, giveUp.signal)).rejects.toMatchObject({ exitCode: 3, message: expect.stringMatching(/No node of invented answers[^]*left something undone, which may be why: put disk disk\.1 back into node n1 .*restore --env invented/) as string });
  expect(slot.word()).toBe('removed');
  const opening = openMendedTarget(environment, giveUp.signal);
  opening.catch(() => undefined);
  await expect.poll(() => [slot.word(), openEntries(environment.identity).length], { timeout: 20_000 }).toEqual(['present', 0]);
  giveUp.abort(new Error('the test has seen it'));
  await expect(opening).rejects.toMatchObject({ exitCode: 4, message: expect.stringContaining('could not be read') as string });
  expect(readFileSync(over, 'utf8')).toBe('disk.1\n');
});

test('when nothing is open a cluster of which no node answers is refused at once', async () => {
  await expect(openMendedTarget(deadCluster(), new AbortController().signal)).rejects.toMatchObject({ exitCode: 3, message: expect.stringMatching(/No node of invented answers/) as string });
  expect(slot.word()).toBe('removed');
});
