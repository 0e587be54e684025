import { describe, expect, test } from 'vitest';
import { recordedData } from '../../platforms/proxmox/testing/recorded.ts';
import { backedUpDisks } from './guest-disks.ts';
import { isCutOff, isScratch, obstacle, scratchDescription, scratchIdOf, scratchMark, scratchOptions } from './scratch-guest.ts';

const restored = Object.fromEntries(Object.entries(recordedData('restored-config') as Record<string, unknown>).map(([key, value]) => [key, String(value)]));

test('its id follows from the guest and stays within what Proxmox VE takes', () => {
  expect(['100', '9000100', '999999999'].map(scratchIdOf)).toEqual(['990000100', '990000100', '990999999']);
});

describe('the recorded restored guest', () => {
  test('gets its cable pulled and keeps its address', () => {
    const { set, remove } = scratchOptions('vm', restored, 'web');
    expect(set).toMatchObject({ net0: 'virtio=BC:24:11:AA:23:53,bridge=vmbr0,link_down=1', onboot: false, protection: false });
    expect(remove).toEqual([]);
    expect([isCutOff(restored), isCutOff({ ...restored, net0: String(set['net0']) })]).toEqual([false, true]);
  });

  test('a cable that was said to be plugged in is pulled too, and a hook script does not run', () => {
    const { set, remove } = scratchOptions('vm', { net1: 'e1000=AA,link_down=0,bridge=vmbr1', hookscript: 'local:snippets/x.sh' }, 'web');
    expect([set['net1'], remove]).toEqual(['e1000=AA,bridge=vmbr1,link_down=1', ['hookscript']]);
  });

  test('a container loses its interfaces', () => {
    expect(scratchOptions('container', { net0: 'name=eth0,bridge=vmbr0' }, 'ct')).toMatchObject({ remove: ['net0'], set: expect.not.objectContaining({ net0: expect.anything() as string }) as object });
  });

  test('is known by its mark, and neither by the SMBIOS id nor by the name of its original', () => {
    expect(isScratch({ description: scratchDescription('web') })).toBe(true);
    expect(isScratch(restored)).toBe(false);
    expect(isScratch({ hostname: 'ct', description: `no ${scratchMark}` })).toBe(false);
  });
});

const token = 'harness@pve!acceptance';

test('a guest with a device of its node cannot have a copy beside it', () => {
  expect(obstacle('web', { hostpci0: '0000:01:00.0' }, 'root@pam')?.why).toContain('hostpci0');
  expect(obstacle('web', { usb0: 'spice' }, token)).toBeNull();
});

test.each([['args', '-device x', 'qm'], ['hookscript', 'local:snippets/x.sh', 'pct']])('a guest with "%s" can be restored beside itself by root@pam itself only, and not by its tokens', (option, value, tool) => {
  const config = { [option]: value, ...(tool === 'pct' ? { hostname: 'ct' } : {}) };
  expect(obstacle('web', config, token)).toEqual({ why: expect.stringContaining(`its configuration has ${option}`) as string, remedy: expect.stringContaining(`${tool} set ID --delete ${option}`) as string });
  expect(obstacle('web', config, 'root@pam!acceptance')).not.toBeNull();
  expect(obstacle('web', config, 'root@pam')).toBeNull();
});

test('disks that a backup takes: no CD drive, none that is left out, of mount points only those that are put in', () => {
  const config = { scsi0: 'shared:100/vm-100-disk-0.raw,size=1G', ide2: 'local:iso/x.iso,media=cdrom,size=600M', scsi1: 'shared:x,backup=0,size=9G', virtio3: 'none', mp0: 'shared:a,mp=/a,size=1G', mp1: 'shared:b,mp=/b,backup=1,size=512M', scsihw: 'virtio-scsi-pci' };
  expect(backedUpDisks(config)).toEqual([{ key: 'mp1', volume: 'shared:b', storage: 'shared', bytes: 512 * 2 ** 20 }, { key: 'scsi0', volume: 'shared:100/vm-100-disk-0.raw', storage: 'shared', bytes: 2 ** 30 }]);
});
