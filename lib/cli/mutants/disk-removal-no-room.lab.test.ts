import { mutant } from './mutant.ts';

/** Pools that want all three of their copies to serve: without one disk every guest's disk would stand still. */
const leastCopies = (count: number): string => `for pool in $(ceph osd pool ls); do ceph osd pool set $pool min_size ${count}; done`;

mutant({
  row: 'disk-removal',
  what: 'storage would stop serving without one disk',
  make: async (lab) => void (await lab.on('n1', 'bash', '-c', leastCopies(3))),
  unmake: async (lab) => void (await lab.on('n1', 'bash', '-c', leastCopies(2))),
  run: ['--suite', 'disk-removal'],
  exitCodes: [3],
  expected: { 'disk-removal.cluster.r1': { verdicts: ['blocked'], because: /stops? serving|redundan|copies/ } },
});
