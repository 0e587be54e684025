import { expect, test } from 'vitest';
import { backupSupported, backupTargetsOf, backupXml, capacitiesOf, disksOf, domainNameOf } from './domain.ts';
import { recorded } from './testing.ts';
import { parseXml } from './xml.ts';

// Invented: a domain with every kind of disk.
const domain = `<domain type='kvm'>
 <name>web &amp; more</name>
 <devices>
  <disk type='network' device='disk'><source protocol='rbd' name='vm/web'/><target dev='vda' bus='virtio'/></disk>
  <disk type='file'><source file='/a'/><target dev='vdb'/></disk>
  <disk type='file' device='disk'><readonly/><target dev='vdc'/></disk>
  <disk type='file' device='cdrom'><target dev='sda'/></disk>
 </devices>
</domain>`;

test('finds the name and the disks that hold data', () => {
  expect(domainNameOf(domain)).toBe('web & more');
  expect(domainNameOf('<domain/>')).toBeNull();
  expect(disksOf(domain).map(({ target, data }) => [target, data])).toEqual([['vda', true], ['vdb', true], ['vdc', false], ['sda', false]]);
});

test('reads a recorded domain', () => {
  expect(domainNameOf(recorded('dumpxml.xml'))).toBe('web');
  expect(disksOf(recorded('dumpxml.xml'))).toEqual([{ target: 'vda', data: true }]);
  expect([...capacitiesOf(recorded('domstats.txt'))]).toEqual([['vda', 67_108_864]]);
});

test('asks for a full backup of the disks with data and of no other', () => {
  const path = `/backup/"; rm -rf '<x>&.qcow2`;
  const xml = parseXml(backupXml(disksOf(domain), new Map([['vda', path], ['vdb', '/backup/b.qcow2']])));
  const disks = xml.children[0]?.children ?? [];
  expect(xml.attributes).toEqual({ mode: 'push' });
  expect(disks.map((disk) => [disk.attributes['name'], disk.attributes['backup']])).toEqual([['vda', 'yes'], ['vdb', 'yes'], ['vdc', 'no'], ['sda', 'no']]);
  expect(disks[0]?.children.map((child) => child.attributes)).toEqual([{ type: 'qcow2' }, { file: path }]);
});

test('reads the files of a backup that runs, capacities, and whether the host can back up', () => {
  expect(backupTargetsOf("<domainbackup mode='push'><disks><disk name='vda' type='file'><target file='/b/a.qcow2'/></disk><disk name='vdb' backup='no'/></disks></domainbackup>")).toEqual(['/b/a.qcow2']);
  expect([...capacitiesOf("Domain: 'web'\n  block.count=2\n  block.0.name=vda\n  block.0.capacity=67108864\n  block.1.name=sda\n")]).toEqual([['vda', 67_108_864]]);
  expect(backupSupported("<domainCapabilities><features><backup supported='yes'/></features></domainCapabilities>")).toBe(true);
  expect(backupSupported("<domainCapabilities><features><backup supported='no'/></features></domainCapabilities>")).toBe(false);
});
