import { expect, test } from 'vitest';
import { schemaVersions } from './testing/schema.ts';
import { everyRequest } from './testing/every-request.ts';

/**
 * What a user must be root@pam itself for, whatever its role: the checks stand in the code of each version (API2/Qemu.pm,
 * API2/LXC.pm, VZDump.pm) and not in the schema.
 */
const onlyRoot = new Set(['skiplock', 'force', 'migration_type', 'migration_network', 'migratedfrom', 'stateuri', 'args', 'tmpdir', 'dumpdir', 'script']);

test.each(schemaVersions)('an administrator who is not root@pam may send all that is sent to Proxmox VE %s', (version) => {
  const sent = everyRequest(Number(version[0])).flatMap(({ name, request }) => Object.keys(request.params ?? {}).map((parameter) => `${name}: ${parameter}`));
  expect(sent.length).toBeGreaterThan(50);
  expect(sent.filter((each) => onlyRoot.has(each.split(': ')[1] ?? ''))).toEqual([]);
});
