import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { placeOf, placeQuestion, readNodePlace } from './node-place.ts';
import { environmentOf } from './testing/world.ts';

const bare = '11111111-aaaa-4bbb-8ccc-0123456789ab';
const inSmbios = '22222222-AAAA-4BBB-8CCC-0123456789AB';

test('the question finds the boot, and the UUIDs with which guests were started, as libvirt and as Proxmox VE give them', async () => {
  const guest = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000); console.log("up")', '--', '-uuid', bare, '-smbios', `type=1,uuid=${inSmbios}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(guest.stdout, 'data');
    const { stdout } = await promisify(execFile)('sh', ['-c', placeQuestion]);
    const { bootId, guests } = placeOf(stdout);
    expect(bootId).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
    expect(guests).toContain(bare);
    expect(guests).toContain(inSmbios.toLowerCase());
  } finally {
    guest.kill();
    await vi.waitFor(() => expect(guest.signalCode).not.toBeNull());
  }
});

test('an answer that is none says nothing, and GUIDs of Windows are read in their braces', () => {
  expect(placeOf('\n\nn1\n')).toEqual({ bootId: null, guests: [] });
  expect(placeOf(`\n{${inSmbios}}\n`)).toEqual({ bootId: null, guests: [inSmbios.toLowerCase()] });
});

test('without ssh nobody can be asked', async () => {
  expect(await readNodePlace(environmentOf([{ name: 'n1', address: '127.0.0.1', disks: [] }]), 'n1', new AbortController().signal)).toBeNull();
});
