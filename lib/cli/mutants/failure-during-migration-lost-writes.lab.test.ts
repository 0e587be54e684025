import { lostWrites, lostWritesFound } from './lost-writes.ts';
import { mutant } from './mutant.ts';

mutant({ ...lostWrites, row: 'failure-during-migration', run: ['--suite', 'failure-during-migration', '--guest', 'web'], expected: { 'failure-during-migration.web.source.r1': lostWritesFound } });
