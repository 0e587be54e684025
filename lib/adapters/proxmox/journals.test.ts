import { afterEach, describe, expect, test } from 'vitest';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import type { SshFleet, SshHost } from '../../transports/ssh.ts';
import { readJournals } from './journals.ts';
import { contextOfModel } from './testing.ts';

afterEach(endAll);

/** One node's shell with a clock that is right, and what its journals answer. */
function nodeWith(journal: (command: string) => { code: number; stdout: string; stderr: string }): { fleet: SshFleet; told: string[] } {
  const told: string[] = [];
  const host: SshHost = {
    name: 'pve2',
    exec: async (words) => {
      const command = words.join(' ');
      told.push(command);
      if (command.startsWith('date +%s')) return { code: 0, stdout: `${(Date.now() / 1000).toFixed(6)}\n`, stderr: '', ms: 1 };
      if (command.startsWith('date +%z')) return { code: 0, stdout: '+0000\n', stderr: '', ms: 1 };
      return { ...journal(command), ms: 1 };
    },
    close: async () => undefined,
  };
  return { told, fleet: { hosts: new Map([['pve2', host]]), unreachable: () => new Map(), any: async () => Promise.reject(new Error('not asked')), each: async () => new Map(), close: async () => undefined } };
}

async function read(journal: Parameters<typeof nodeWith>[0], sinceMs: number) {
  const { fleet, told } = nodeWith(journal);
  return { found: await readJournals({ ...contextOfModel(await play()), fleet }, sinceMs), told };
}

const stamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, -1)}000+00:00`;

describe('the journals of a node', () => {
  test('are three, asked for since the moment by the node\'s own clock', async () => {
    const sinceMs = Date.now() - 60_000;
    const { found, told } = await read(() => ({ code: 0, stdout: '', stderr: '' }), sinceMs);
    expect(found.map(({ title }) => title)).toEqual(['Log of HA on pve2', 'Log of the cluster on pve2', 'Log of the kernel on pve2']);
    const asked = told.filter((command) => command.includes('journalctl'));
    expect(asked).toEqual([expect.stringContaining('--unit pve-ha-crm --unit pve-ha-lrm') as string, expect.stringContaining('--unit corosync') as string, expect.stringContaining('--dmesg') as string]);
    const since = Number(/--since @(\d+)/.exec(asked[0] ?? '')?.[1]);
    expect(Math.abs(since - sinceMs / 1000)).toBeLessThan(5);
  });

  test('what was before is left out, and what is bad news is named with its guest and node', async () => {
    const nowMs = Date.now();
    const oom = (ms: number): string => `${stamp(ms)} pve2 kernel: Out of memory: Killed process 4242 (kvm) total-vm:1kB`;
    const { found } = await read((command) => ({ code: 0, stdout: command.includes('--dmesg') ? `${oom(nowMs - 600_000)}\n${oom(nowMs - 1000)}\n` : '', stderr: '' }), nowMs - 60_000);
    const kernel = found.find(({ title }) => title.includes('kernel'));
    expect(kernel?.text.trim().split('\n')).toHaveLength(1);
    expect(kernel?.news).toEqual([expect.objectContaining({ kind: 'out-of-memory', node: 'pve2' })]);
  });

  test('that cannot be read are there with the reason, and the others beside them', async () => {
    const { found } = await read((command) => (command.includes('--dmesg') ? { code: 1, stdout: '', stderr: 'Failed to open: Permission denied\n' } : { code: 0, stdout: '', stderr: '' }), Date.now());
    expect(found.map(({ title, unreadable }) => [title, unreadable])).toEqual([['Log of HA on pve2', undefined], ['Log of the cluster on pve2', undefined], ['Log of the kernel on pve2', 'Failed to open: Permission denied']]);
  });
});

test('without ssh there are none, and nothing is claimed', async () => {
  expect(await readJournals(contextOfModel(await play()), Date.now())).toEqual([]);
});

test('a node whose shell does not answer is one item that says so', async () => {
  const { fleet } = nodeWith(() => {
    throw new Error('no route to pve2');
  });
  const [host] = fleet.hosts.values();
  if (host === undefined) throw new Error('there is a host');
  const mute: SshFleet = { ...fleet, hosts: new Map([['pve2', { ...host, exec: async () => Promise.reject(new Error('no route to pve2')) }]]) };
  expect(await readJournals({ ...contextOfModel(await play()), fleet: mute }, Date.now())).toEqual([{ title: 'Logs of pve2', mediaType: 'text/plain', text: 'could not be read: no route to pve2\n', unreadable: 'no route to pve2' }]);
});

test('a node that is busy when its clock is asked for is asked once more, and its logs are read', async () => {
  const { fleet } = nodeWith(() => ({ code: 0, stdout: '', stderr: '' }));
  const [host] = fleet.hosts.values();
  if (host === undefined) throw new Error('there is a host');
  let isBusy = true;
  const exec: SshHost['exec'] = async (words, options) => {
    const wasBusy = isBusy && words.join(' ').startsWith('date +%s');
    if (wasBusy) isBusy = false;
    return wasBusy ? Promise.reject(new Error('it did not end in time')) : host.exec(words, options);
  };
  const found = await readJournals({ ...contextOfModel(await play()), fleet: { ...fleet, hosts: new Map([['pve2', { ...host, exec }]]) } }, Date.now());
  expect([isBusy, found.map(({ unreadable }) => unreadable)]).toEqual([false, [undefined, undefined, undefined]]);
});
