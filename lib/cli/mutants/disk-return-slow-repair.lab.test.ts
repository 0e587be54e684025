import { mutant } from './mutant.ts';

/** Before each repair a disk of Ceph rests for so many seconds. Without that the lab takes 8 to 28 s, below the limit set here. */
const rest = (seconds: number): string => `ceph config set osd osd_recovery_sleep ${seconds}`;

mutant({
  row: 'disk-return',
  what: 'storage takes longer to repair itself than it may',
  make: async (lab) => void (await lab.on('n1', 'bash', '-c', rest(60))),
  unmake: async (lab) => void (await lab.on('n1', 'bash', '-c', rest(0))),
  environment: (yaml) => yaml.replace(/(^ {2}disk-return:\n(?: {4}.*\n)*? {4}redundant-after:) \w+/m, '$1 45s'),
  run: ['--suite', 'disk-return'],
  exitCodes: [1],
  expected: { 'disk-return.cluster.r1': { verdicts: ['fail'], because: /redundant-after/i } },
});
