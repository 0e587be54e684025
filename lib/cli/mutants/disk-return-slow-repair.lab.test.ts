import { mutant } from './mutant.ts';

/** A disk of Ceph begins its repairs so many seconds behind its return, and rests as long before each. Without that the lab takes 8 to 28 s, below the limit set here. */
const repairsAfter = (seconds: number): string => ['osd_recovery_delay_start', 'osd_recovery_sleep'].map((option) => `ceph config set osd ${option} ${seconds}`).join(' && ');

mutant({
  row: 'disk-return',
  what: 'storage takes longer to repair itself than it may',
  make: async (lab) => void (await lab.on('n1', 'bash', '-c', repairsAfter(60))),
  unmake: async (lab) => void (await lab.on('n1', 'bash', '-c', repairsAfter(0))),
  environment: (yaml) => yaml.replace(/(^ {2}disk-return:\n(?: {4}.*\n)*? {4}redundant-after:) \w+/m, '$1 45s'),
  run: ['--suite', 'disk-return'],
  exitCodes: [1],
  expected: { 'disk-return.cluster.r1': { verdicts: ['fail'], because: /redundant-after/i } },
});
