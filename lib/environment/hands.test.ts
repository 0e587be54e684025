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
