import { mutant } from './mutant.ts';

/** Each object that a disk of Ceph repairs is followed by a rest of so many seconds. */
const rest = (seconds: number): string => `ceph config set osd osd_recovery_sleep ${seconds}`;

mutant({
  row: 'disk-return',
  what: 'storage takes longer to repair itself than it may',
  make: async (lab) => void (await lab.on('n1', 'bash', '-c', rest(5))),
  unmake: async (lab) => void (await lab.on('n1', 'bash', '-c', rest(0))),
  environment: (yaml) => yaml.replace(/(^ {2}disk-return:\n(?: {4}.*\n)*? {4}redundant-after:) \w+/m, '$1 5s'),
  run: ['--suite', 'disk-return'],
  exitCodes: [1],
  expected: { 'disk-return.cluster.r1': { verdicts: ['fail'], because: /redundant-after/i } },
});
