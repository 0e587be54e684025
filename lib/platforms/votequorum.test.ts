import { expect, test } from 'vitest';
import { readVoteTable } from './votequorum.ts';
import { recorded } from './pacemaker/testing.ts';

/** Invented in the form that corosync-quorumtool documents for `-siH`: nodes of unequal weight, and a QDevice. */
const withDevice = `Votequorum information
----------------------
Expected votes:   6
Highest expected: 6
Total votes:      6
Quorum:           4
Flags:            Quorate Qdevice

Membership information
----------------------
    Nodeid      Votes    Qdevice Name
0x00000001          2    A,V,NMW 192.0.2.11 (local)
0x00000002          1         NR 192.0.2.12
0x0000000a          1   NA,NV,MW 192.0.2.13
0x00000000          2            Qdevice
`;

test('reads the figures and who casts the votes', () => {
  const table = recorded('votes-two.txt');
  expect(readVoteTable(table)).toEqual({ expected: 3, present: 2, needed: 2, members: [{ id: 1, name: 'n1', votes: 1 }, { id: 3, name: 'n3', votes: 1 }] });
  expect(readVoteTable(table.replace('Quorum:           2  ', 'Quorum:           2 Activity blocked'))).toMatchObject({ expected: 3, present: 2, needed: 2 });
  expect(readVoteTable('Cannot initialize CMAP service\n')).toBeNull();
});

test('reads a device and weights', () => {
  expect(readVoteTable(withDevice)).toEqual({
    expected: 6,
    present: 6,
    needed: 4,
    members: [{ id: 1, name: '192.0.2.11', votes: 2 }, { id: 2, name: '192.0.2.12', votes: 1 }, { id: 10, name: '192.0.2.13', votes: 1 }, { id: 0, name: 'Qdevice', votes: 2 }],
  });
});
