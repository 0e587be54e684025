import { expect, test } from 'vitest';
import { readCib } from '../../platforms/pacemaker/cib.ts';
import { recorded } from '../../platforms/pacemaker/testing.ts';
import { readCapabilities, storageAnswers } from './capabilities.ts';
import { environment, scriptedContext } from './testing.ts';

const able = "<domainCapabilities><features><backup supported='yes'/></features></domainCapabilities>";
const cib = recorded('cib.xml');

test('fencing unless it is turned off, storage where it answers, backup where a folder is named and the host can', async () => {
  const context = scriptedContext(() => able, { hasStorage: true });
  expect([...await readCapabilities(context, readCib(cib))].toSorted()).toEqual(['backup', 'cluster-lock', 'live-migration', 'node-fencing', 'redundant-storage']);
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

test('storage is there when some node reaches it', async () => {
  expect(await storageAnswers(scriptedContext((host) => (host === 'n3' ? 'fsid\n' : { code: 127, stderr: 'ceph: not found' })))).toBe(true);
  expect(await storageAnswers(scriptedContext(() => ({ code: 127 })))).toBe(false);
});
