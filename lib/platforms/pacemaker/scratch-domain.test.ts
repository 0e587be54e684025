import { expect, test } from 'vitest';
import { childrenOf, childOf, parseXml } from './xml.ts';
import { scratchDomainXml } from './scratch-domain.ts';

// In the shape of libvirt's format; invented.
const original = `<domain type='kvm' id='7'><name>web</name><uuid>4f</uuid><memory unit='MiB'>128</memory>
<os><type arch='x86_64'>hvm</type><cmdline>a=1 &amp; b</cmdline><nvram>/var/lib/nvram/web</nvram></os><seclabel type='dynamic'/>
<devices><emulator>/usr/bin/qemu</emulator>
<disk type='network' device='disk'><driver type='raw'/><source protocol='rbd' name='vm/web'/><target dev='vda' bus='virtio'/><address slot='3'/></disk>
<disk type='file' device='cdrom'><source file='/iso'/><target dev='sda'/></disk>
<interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='vmbr0'/><target dev='vnet3'/><model type='virtio'/></interface>
<serial type='file'><source path='/var/log/web.serial'/><target port='0'/></serial>
<graphics type='vnc' port='5900'/><hostdev mode='subsystem'/></devices></domain>`;

const scratch = { name: 'scratch-web', disks: new Map([['vda', '/backup/a "b".qcow2']]), bridge: 'hab0' };

test('the second instance shares nothing with the first that a host has only once', () => {
  const text = scratchDomainXml(original, scratch);
  const domain = parseXml(text);
  const devices = childOf(domain, 'devices');
  expect([domain.attributes, childOf(domain, 'name')?.text, childOf(domain, 'uuid'), childOf(domain, 'seclabel')]).toEqual([{ type: 'kvm' }, 'scratch-web', undefined, undefined]);
  expect(devices?.children.map(({ name }) => name)).toEqual(['emulator', 'disk', 'interface', 'serial']);
  for (const word of ['vmbr0', 'vnet3', 'vm/web', '/iso', '/var/log/web.serial', '/var/lib/nvram/web', '5900']) expect(text).not.toContain(word);
});

test('it has the restored images at the places of the disks, its own address and the isolated bridge', () => {
  const devices = childOf(parseXml(scratchDomainXml(original, scratch)), 'devices');
  const [disk] = childrenOf(devices, 'disk');
  expect([disk?.attributes['type'], childOf(disk, 'driver')?.attributes['type'], childOf(disk, 'source')?.attributes, childOf(disk, 'target')?.attributes]).toEqual(['file', 'qcow2', { file: '/backup/a "b".qcow2' }, { dev: 'vda', bus: 'virtio' }]);
  const [network] = childrenOf(devices, 'interface');
  expect([childOf(network, 'source')?.attributes, childOf(network, 'mac')?.attributes]).toEqual([{ bridge: 'hab0' }, { address: '52:54:00:00:00:01' }]);
});

test('texts survive', () => {
  expect(childOf(childOf(parseXml(scratchDomainXml(original, scratch)), 'os'), 'cmdline')?.text).toBe('a=1 & b');
});

test('refuses what is no domain, and a disk that it does not have', () => {
  expect(() => scratchDomainXml('<pool/>', scratch)).toThrow('no domain but "pool"');
  expect(() => scratchDomainXml(original, { ...scratch, disks: new Map([['vdz', '/x']]) })).toThrow('has no disk vdz');
});
