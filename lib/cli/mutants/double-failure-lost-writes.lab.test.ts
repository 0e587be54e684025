import { lostWrites, lostWritesFound } from './lost-writes.ts';
import { mutant } from './mutant.ts';

mutant({ ...lostWrites, row: 'double-failure', run: ['--suite', 'double-failure'], expected: { 'double-failure.cluster.disks.r1': lostWritesFound } });
