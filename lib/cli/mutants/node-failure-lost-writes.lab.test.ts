import { lostWrites, lostWritesFound } from './lost-writes.ts';
import { mutant } from './mutant.ts';

mutant({ ...lostWrites, row: 'node-failure', run: ['--suite', 'node-failure', '--guest', 'web'], expected: { 'node-failure.web.worker.r1': lostWritesFound } });
