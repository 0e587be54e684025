import { expect, test } from 'vitest';
import type { ProxmoxRequest } from './request.ts';
import { setGuestConfig } from './requests/guests.ts';
import { schemaVersions } from './testing/schema.ts';
import { everyRequest } from './testing/every-request.ts';

/**
 * What a user must be root@pam itself for, whatever its role: the checks stand in the code of each version (API2/Qemu.pm,
 * API2/LXC.pm, VZDump.pm) and not in the schema.
 */
const onlyRoot = new Set(['skiplock', 'force', 'migration_type', 'migration_network', 'migratedfrom', 'stateuri', 'args', 'hookscript', 'tmpdir', 'dumpdir', 'script']);

/** What a request sets, and what it takes away, which asks for the same rights. */
const touched = ({ params }: Pick<ProxmoxRequest<unknown>, 'params'>): string[] => Object.entries(params).flatMap(([name, value]) => (['delete', 'revert'].includes(name) ? [name, ...String(value).split(',')] : [name]));

test.each(schemaVersions)('an administrator who is not root@pam may send all that is sent to Proxmox VE %s', (version) => {
  const sent = everyRequest(Number(version[0])).flatMap(({ name, request }) => touched(request).map((option) => `${name}: ${option}`));
  expect(sent.length).toBeGreaterThan(50);
  expect(sent).toContain('setGuestConfig: scsi1');
  expect(sent.filter((each) => onlyRoot.has(each.split(': ')[1] ?? ''))).toEqual([]);
});

test('an option that is taken away is looked at as one that is set', () => {
  expect(touched(setGuestConfig('pve1', 'vm', '9100', { onboot: false, delete: 'net0,hookscript' }))).toEqual(['onboot', 'delete', 'net0', 'hookscript']);
});
