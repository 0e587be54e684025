import { describe, expect, it } from 'vitest';
import { registerSecret } from '../../record/scrub.ts';
import { disksOf, marksInFile, runningMachines } from './answers.ts';

describe('vmrun list', () => {
  it('names the machines that run, with spaces and backslashes in their paths', () => {
    expect(runningMachines(['Total running VMs: 2\r', String.raw`C:\VM Space\n1.vmx` + '\r', '/vms/n2/n2.vmx', ''])).toEqual([String.raw`C:\VM Space\n1.vmx`, '/vms/n2/n2.vmx']);
    expect(runningMachines(['Total running VMs: 0'])).toEqual([]);
  });

  it.each([[['Error: Cannot connect to the virtual machine'], 'is not understood: Error: Cannot connect'], [[], 'is not understood: nothing'], [['Total running VMs: 2', '/vms/n1/n1.vmx'], 'speaks of 2 machines and lists 1']])('says nothing about any machine when it is %j', (said, words) => {
    expect(() => runningMachines(said)).toThrow(words);
  });
});

describe('vmcli Disk query', () => {
  it('lists the disks that are there (keys as people published them, the flag is invented)', () => {
    expect(disksOf('{"disks":[{"label":"SCSI0:1","backingPathName":"/vms/n1/data.vmdk","deviceType":"disk"},{"label":"scsi0:2","backingPathName":"gone.vmdk","present":false}]}')).toEqual([{ label: 'scsi0:1', file: '/vms/n1/data.vmdk' }]);
  });

  it.each(['', 'disks: none', '{"disks":{}}', '{"disks":[{"label":"scsi0:1"}]}'])('is not taken for an empty list when it is %j', (text) => {
    expect(() => disksOf(text)).toThrow('is not understood');
  });
});

it('quotes no half of a secret', () => {
  registerSecret('half-secret-of-vmcli');
  expect(() => disksOf(`${'x'.repeat(190)}half-secret-of-vmcli`)).toThrow('x[secret].');
});

describe('a .vmx file', () => {
  it('says the UUID of the firmware and the name', () => {
    expect(marksInFile(['uuid.bios = "56 4d 5c cc 4a 2b 14 96-ea 7e 9a 0c 3f 4b 2c 11"', 'displayName = "n1"'])).toEqual({ uuid: '564d5ccc-4a2b-1496-ea7e-9a0c3f4b2c11', name: 'n1', virtualization: false });
  });

  it('says neither where the lines are missing or cut', () => {
    expect(marksInFile(['uuid.bios = "56 4d"', 'uuid.location = "56 4d 5c cc 4a 2b 14 96-ea 7e 9a 0c 3f 4b 2c 11"'])).toEqual({ uuid: null, name: null, virtualization: false });
  });
});
