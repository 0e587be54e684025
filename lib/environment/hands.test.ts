import { describe, expect, it } from 'vitest';
import { loadMade, ordinaryFile, ordinaryVariables, problemsOf } from './testing.ts';

const variables = { ...ordinaryVariables, HA_MADE_PARENT: 'harness@pve!acceptance=00000000-0000-4000-8000-000000000000' };

/** The ordinary file with other hands: at the power of n1, at the disks of n2. */
function withHands({ power, disk, changes = (text) => text }: { power?: string; disk?: string; changes?: (text: string) => string }): string {
  let text = ordinaryFile;
  if (power !== undefined) text = text.replace(/power: \{[^}]*\}/, `power: ${power}`);
  if (disk !== undefined) text = text.replace(/disks: \[\{[^}]*\}\]/, `disks: [${disk}]`);
  return changes(text);
}

const fence = '{ hand: fence-agent, agent: fence_ipmilan, options: { ip: 127.0.0.3, username: admin, password: "env:HA_MADE_BMC", lanplus: 1 } }';
const parent = '{ hand: parent-proxmox, url: "https://127.0.0.3:8006", credentials: "env:HA_MADE_PARENT", guest: "901" }';

const hyperv = '{ hand: parent-hyperv, host: 192.0.2.5, guest: hv1, ssh: { user: Administrator, key: "env:HA_MADE_KEY", knownHosts: "env:HA_MADE_KNOWN_HOSTS" } }';
const vmware = '{ hand: parent-vmware, host: 192.0.2.6, system: windows, guest: "C:\\\\vms\\\\n1\\\\n1.vmx" }';
const nodes = (text: string, power: string, disk: string): string => text.replace(/power: \{[^}]*\}/, `power: ${power}, disks: [${disk}]`);

/** Gives n2 a parent, and its disks their place after it. */
const onParent = (text: string): string => text.replace('name: n2, ', `name: n2, power: ${parent}, `);

describe('hands of an environment file', () => {
  it('reads the options of a fence agent, with the secret behind its reference', () => {
    const power = loadMade(withHands({ power: fence }), variables).nodes[0]?.power;
    if (power?.hand !== 'fence-agent') throw new Error('no fence agent was read');
    const { password, ...plain } = power.options;
    expect([power.agent, plain]).toEqual(['fence_ipmilan', { ip: '127.0.0.3', username: 'admin', lanplus: '1' }]);
    expect(JSON.stringify(power)).not.toContain('password-of-the-test');
    expect(typeof password === 'object' ? password.reveal() : null).toBe('admin:password-of-the-test');
  });

  it('reads a node that is a guest of a parent, and its disk there', () => {
    const text = withHands({ power: parent, changes: (file) => file.replace(`guest: "901" }`, `guest: "901" }, shutdown: { hand: ssh }, disks: [{ id: osd.1, hand: parent-proxmox, slot: scsi1, drive: "local-lvm:vm-901-disk-1,discard=on,size=32G" }]`) });
    expect(loadMade(text, variables).nodes[0]).toMatchObject({ shutdown: { hand: 'ssh' }, power: { hand: 'parent-proxmox', guest: '901' }, disks: [{ slot: 'scsi1', drive: 'local-lvm:vm-901-disk-1,discard=on,size=32G' }] });
  });

  it('reads a node that is a machine of a Hyper-V host, with a login of its own, and its disk by the file that it is', () => {
    const { power, disks } = loadMade(nodes(ordinaryFile, hyperv, String.raw`{ id: "6VDE0001", hand: parent-hyperv, path: 'D:\VMs\hv1\pool-1.vhdx' }`)).nodes[0] ?? {};
    if (power?.hand !== 'parent-hyperv') throw new Error('no parent was read');
    expect([power.host, power.guest, power.ssh?.user, power.ssh?.port, power.ssh?.key.reveal()]).toEqual(['192.0.2.5', 'hv1', 'Administrator', 22, 'key-of-the-test']);
    expect(disks).toEqual([{ id: '6VDE0001', hand: 'parent-hyperv', path: String.raw`D:\VMs\hv1\pool-1.vhdx` }]);
  });

  it('reads a node that is a machine of VMware Workstation, with the login of the nodes', () => {
    const { power, disks } = loadMade(nodes(ordinaryFile, vmware, '{ id: osd.1, hand: parent-vmware, slot: "scsi0:1", file: n1-data.vmdk, serial: 6000c29a1b2c }')).nodes[0] ?? {};
    expect([power, disks]).toMatchObject([{ hand: 'parent-vmware', system: 'windows', guest: String.raw`C:\vms\n1\n1.vmx` }, [{ slot: 'scsi0:1', file: 'n1-data.vmdk', serial: '6000c29a1b2c' }]]);
  });

  it('takes a disk by the kernel on every platform with a kernel of its own: an OSD by its number, others by their serial number', () => {
    expect(loadMade(withHands({ disk: '{ id: osd.0, hand: ssh }, { id: "tank/a", hand: ssh, serial: "5000c500a1b2c3d4", zfs: { pool: tank, device: ata-A } }' })).nodes[1]?.disks).toHaveLength(2);
  });

  it.each<[string, Parameters<typeof withHands>[0], RegExp]>([
    ['a password in the file itself', { power: fence.replace('"env:HA_MADE_BMC"', 'hunter2-in-clear') }, /nodes\[0\]\.power\.options\.password: stands in the file itself\. Write a reference/],
    ['an action of the operator', { power: fence.replace('lanplus: 1', 'action: reboot') }, /options\.action: is chosen by the harness/],
    ['an option that smuggles another one', { power: fence.replace('127.0.0.3', '"x\\naction=off"') }, /options\.ip: holds a line end/],
    ['a program that is no fence agent', { power: fence.replace('fence_ipmilan', 'ipmitool') }, /power\.agent: is not the program of a fence agent/],
    ['an agent that cuts disks off and leaves the power on', { power: fence.replace('fence_ipmilan', '/usr/sbin/fence_scsi') }, /power\.agent: switches no power/],
    ['a parent without a guest of that form', { power: parent.replace('"901"', '"nine"') }, /power\.guest: is not the id of a guest/],
    ['credentials of a parent that are neither token nor login', { power: parent.replace('HA_MADE_PARENT', 'HA_MADE_BMC') }, /power\.credentials: must stand for an API token/],
    ['a slot from which nothing can be unplugged', { changes: onParent, disk: '{ id: osd.0, hand: parent-proxmox, slot: ide0, drive: "local:1" }' }, /disks\[0\]\.slot: is not a slot from which a disk can be taken/],
    ['a drive without its volume', { changes: onParent, disk: '{ id: osd.0, hand: parent-proxmox, slot: scsi1, drive: "32G" }' }, /disks\[0\]\.drive: is not a drive/],
    ['a disk of a parent that nobody named', { disk: '{ id: osd.0, hand: parent-proxmox, slot: scsi1, drive: "local:vm-1-disk-0" }' }, /disks\[0\]\.hand: .*Add power: \{ hand: parent-proxmox/],
    ['a host of Hyper-V with a scheme', { power: hyperv.replace('192.0.2.5', '"https://192.0.2.5"') }, /power\.host: .*without scheme/],
    ['a parent that nobody can reach', { power: '{ hand: parent-hyperv, host: 192.0.2.5, guest: hv1 }', changes: (text) => text.replace('platform: pacemaker', 'platform: proxmox').replace(/^ssh:.*$/m, '') }, /power\.hand: reaches its host by ssh, and neither it nor the file says how/],
    ['a disk of the host itself in the place of a virtual one', { changes: (text) => nodes(text, hyperv, '{ id: a, hand: parent-hyperv, path: "Disk 3" }') }, /disks\[0\]\.path: is not a virtual disk.*use hand: command/],
    ['a virtual disk without its place', { changes: (text) => nodes(text, hyperv, '{ id: a, hand: parent-hyperv, path: pool.vhdx }') }, /disks\[0\]\.path: is not an absolute Windows path/],
    ['a disk of another kind of parent', { changes: (text) => nodes(text, hyperv, '{ id: a, hand: parent-vmware, slot: "scsi0:1", file: a.vmdk, serial: "12345678" }') }, /disks\[0\]\.hand: .*Add power: \{ hand: parent-vmware/],
    ['a machine of VMware that is no .vmx', { power: vmware.replace('n1.vmx', 'n1.vmdk') }, /power\.guest: is not the file of a virtual machine/],
    ['a disk of VMware at a slot of old', { changes: (text) => nodes(text, vmware, '{ id: a, hand: parent-vmware, slot: "ide0:1", file: a.vmdk, serial: "12345678" }') }, /disks\[0\]\.slot: is not a slot from which/],
    ['a disk of VMware whose node nobody can ask', { changes: (text) => nodes(text.replace('platform: pacemaker', 'platform: proxmox').replace(/^ssh:.*$/m, ''), vmware.replace('host: 192.0.2.6', 'host: 192.0.2.6, ssh: { user: u, key: "env:HA_MADE_KEY", knownHosts: "env:HA_MADE_KNOWN_HOSTS" }'), '{ id: a, hand: parent-vmware, slot: "scsi0:1", file: a.vmdk, serial: "12345678" }') }, /disks\[0\]\.hand: asks the node itself whether the disk is gone/],
    ['a disk by a name that changes', { disk: '{ id: sdb, hand: ssh }' }, /disks\[0\]\.hand: needs the serial number of "sdb"/],
    ['a kernel hand on Windows', { disk: '{ id: osd.0, hand: ssh }', changes: (text) => text.replace('platform: pacemaker', 'platform: hyperv') }, /disks\[0\]\.hand: ssh works a Linux kernel/],
    ['a kernel hand without a way in', { disk: '{ id: osd.0, hand: ssh }', changes: (text) => text.replace('platform: pacemaker', 'platform: proxmox').replace(/^ssh:.*$/m, '') }, /disks\[0\]\.hand: needs a way to the node/],
    ['a shutdown without a way in', { changes: (text) => text.replace('platform: pacemaker', 'platform: proxmox').replace(/^ssh:.*$/m, '').replace('name: n1, ', 'name: n1, shutdown: { hand: ssh }, ') }, /nodes\[0\]\.shutdown\.hand: needs a way to the node/],
  ])('refuses %s and says what to do', (_what, hands, says) => {
    const problems = problemsOf(() => loadMade(withHands(hands), variables));
    expect(problems).toEqual([expect.stringMatching(says)]);
    expect(problems.join('\n')).not.toContain('hunter2');
  });
});
