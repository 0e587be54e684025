import { expect, test } from 'vitest';
import { impossibilities, type Machine } from './preflight.ts';

const fit: Machine = { platform: 'linux', arch: 'x64', isRoot: true, missingPackages: [], memoryMiB: 8000, diskMiB: 50_000, imageBuilt: false, missingDevices: [] };

test('a fit machine has nothing against it', () => {
  expect(impossibilities(fit)).toStrictEqual([]);
});

test.each<[string, Partial<Machine>, string]>([
  ['no root', { isRoot: false }, 'with sudo'],
  ['missing packages', { missingPackages: ['mmdebstrap', 'iproute2'] }, 'apt-get install mmdebstrap iproute2'],
  ['missing devices', { missingDevices: ['/dev/net/tun'] }, 'modprobe -a loop tun'],
  ['too little memory', { memoryMiB: 1000 }, '1000 MiB are free'],
  ['too little disk for the cache', { diskMiB: 100 }, 'XDG_CACHE_HOME'],
  ['another processor', { arch: 'arm64' }, 'Linux (amd64) only'],
])('%s is named with its remedy', (_, change, remedy) => {
  const reasons = impossibilities({ ...fit, ...change });
  expect(reasons).toHaveLength(1);
  expect(reasons[0]).toContain(remedy);
});

test('on another system nothing else is complained about', () => {
  expect(impossibilities({ ...fit, platform: 'darwin', isRoot: false, missingPackages: ['mmdebstrap'] })).toHaveLength(1);
});

test('a built cache needs no room', () => {
  expect(impossibilities({ ...fit, diskMiB: 100, imageBuilt: true })).toStrictEqual([]);
});
