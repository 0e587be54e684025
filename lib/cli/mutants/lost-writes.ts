import type { MutantCase, MutantLab } from './mutant.ts';

/** Wipes the ring behind the guest's back, again and again: what it was told is on the disk is not. */
const wipe = `prefix=$(rbd info vm/web | sed -n 's/.*block_name_prefix: //p'); while :; do rados -p vm truncate $prefix.0000000000000000 0; sleep 0.2; done`;

/** A lab whose guest web loses what its disk has acknowledged: what every destructive row must catch. */
export const lostWrites: Pick<MutantCase, 'what' | 'make' | 'exitCodes' | 'wholeAfterwards'> = {
  what: 'guest disk loses what it has acknowledged',
  make: async (lab: MutantLab) => {
    for (const node of ['n1', 'n2', 'n3']) await lab.keepDoing(node, wipe);
  },
  exitCodes: [1],
  wholeAfterwards: false,
};

/** What a row must say then. */
export const lostWritesFound = { verdicts: ['fail'], because: /web: no (acknowledged write lost|I\/O or verification error)/ } as const;
