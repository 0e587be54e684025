import { lostWrites, lostWritesFound } from './lost-writes.ts';
import { mutant } from './mutant.ts';

mutant({ ...lostWrites, row: 'failure-during-backup', run: ['--suite', 'failure-during-backup', '--guest', 'web'], expected: { 'failure-during-backup.web.r1': lostWritesFound } });
