import { expect, test } from 'vitest';
import { judgeRoom } from './prerequisites-room.ts';

const disksOn = (hosts: number) => Array.from({ length: hosts }, (_, index) => ({ id: `osd.${index}`, node: `n${index + 1}`, up: true, inUse: true }));
const usage = (...used: number[]) => used.map((part, index) => ({ id: `osd.${index}`, bytes: 100, used: part }));
const storage = (hosts: number) => ({ name: 'ceph', copies: { wanted: 3, minimum: 2 }, disks: disksOn(hosts) });

test.each<{ hosts: number; used: number[]; ok: boolean | null; why: string }>([
  { hosts: 3, used: [50, 50, 50], ok: true, why: 'no disk is too full to take its copies back' },
  { hosts: 3, used: [50, 86, 50], ok: false, why: 'one disk is nearly full' },
  { hosts: 4, used: [60, 60, 60, 60], ok: true, why: 'three would be 80 % full' },
  { hosts: 4, used: [65, 65, 65, 65], ok: false, why: 'three would be 87 % full' },
  { hosts: 4, used: [60, 60, 60], ok: null, why: 'one disk did not say' },
  { hosts: 3, used: [], ok: null, why: 'none said' },
])('$hosts hosts for three copies: $why', ({ hosts, used, ok }) => {
  expect(judgeRoom(storage(hosts), usage(...used)).ok).toBe(ok);
});
