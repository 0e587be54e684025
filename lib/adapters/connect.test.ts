import { expect, test } from 'vitest';
import { AdapterError } from './adapter-error.ts';
import { connectHypervisor } from './connect.ts';
import { environment } from './pacemaker/testing.ts';

const { signal } = new AbortController();

test('says which platforms this version drives', async () => {
  await expect(connectHypervisor({ ...environment, platform: 'another' as 'hyperv' }, { signal })).rejects.toThrow(/cannot drive.*"another".*It drives: .*pacemaker/s);
});

test('a Pacemaker environment without ssh is refused with the key to add', async () => {
  const attempt = connectHypervisor(environment, { signal });
  await expect(attempt).rejects.toThrow(AdapterError);
  await expect(attempt).rejects.toThrow(/no key "ssh".*knownHosts/s);
});

test('a Hyper-V environment without ssh is refused with the key to add', async () => {
  await expect(connectHypervisor({ ...environment, platform: 'hyperv', platformOptions: {} }, { signal })).rejects.toThrow(/no key "ssh".*knownHosts/s);
});
