import { lostWrites, lostWritesFound } from './lost-writes.ts';
import { mutant } from './mutant.ts';

mutant({ ...lostWrites, row: 'disk-removal', run: ['--suite', 'disk-removal'], expected: { 'disk-removal.cluster.r1': lostWritesFound } });
