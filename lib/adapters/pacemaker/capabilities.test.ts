import { expect, test } from 'vitest';
import { readCib } from '../../platforms/pacemaker/cib.ts';
import { recorded } from '../../platforms/pacemaker/testing.ts';
import { readCapabilities, storageExists } from './capabilities.ts';
import type { PacemakerContext } from './context.ts';
import { readStorage } from './storage.ts';
import { broken, environment, scriptedContext, type Script } from './testing.ts';

const able = "<domainCapabilities><features><backup supported='yes'/></features></domainCapabilities>";
const cib = recorded('cib.xml');

test('fencing unless it is turned off, storage where there is one, backup where a folder is named and the host can', async () => {
  const context = scriptedContext(() => able, { hasStorage: true });
  expect([...await readCapabilities(context, readCib(cib))].toSorted()).toEqual(['backup', 'backup-restore', 'cluster-lock', 'drain', 'live-migration', 'node-fencing', 'redundant-storage']);
});

test.each([
  ['node-fencing', cib.replace('name="stonith-enabled" value="true"', 'name="stonith-enabled" value="off"'), {}, able],
  ['redundant-storage', cib, { hasStorage: false }, able],
  ['backup', cib, { environment: { ...environment, platformOptions: {} } }, able],
  ['backup', cib, {}, able.replace('yes', 'no')],
] as const)('%s is absent without its ground', async (capability, configuration, changes, answer) => {
  const context = scriptedContext(() => answer, { hasStorage: true, ...changes });
  expect((await readCapabilities(context, readCib(configuration))).has(capability)).toBe(false);
});

test('a host that does not answer is no host that cannot back up', async () => {
  expect((await readCapabilities(scriptedContext(() => broken), readCib(cib))).has('backup')).toBe(true);
  expect((await readCapabilities(scriptedContext(() => ({ code: 1, stderr: 'failed to connect to the hypervisor' })), readCib(cib))).has('backup')).toBe(true);
});

const withDisk = { ...environment, nodes: environment.nodes.map((node) => ({ ...node, disks: [{ id: 'osd.0', hand: 'ssh' as const }] })) };

test.each<[string, Script, Partial<PacemakerContext>, boolean]>([
  ['one node has its client and configuration', (host) => (host === 'n3' ? '' : { code: 1 }), {}, true],
  ['a node cannot be asked and another one has it', (host) => (host === 'n3' ? '' : broken), {}, true],
  ['no node can be asked', () => broken, {}, true],
  ['no node has it and the environment lists disks', () => ({ code: 1 }), { environment: withDisk }, true],
  ['no node has it', () => ({ code: 1 }), {}, false],
  ['no node that answers has it', (host) => (host === 'n1' ? broken : { code: 1 }), {}, false],
])('redundant storage when %s', async (_, script, changes, expected) => {
  expect(await storageExists(scriptedContext(script, changes))).toBe(expected);
});

test('a storage that does not answer is unread, never absent', async () => {
  const context = scriptedContext((_, command) => (command.startsWith('ceph') ? { code: 1, stderr: 'timed out' } : ''));
  context.hasStorage = await storageExists(context);
  expect((await readCapabilities(context, readCib(cib))).has('redundant-storage')).toBe(true);
  expect(await readStorage(context)).toMatchObject({ storage: [], unread: [{ what: 'storage', why: expect.stringContaining('timed out') as string }] });
});
