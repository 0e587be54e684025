import { mutant } from './mutant.ts';

/** Wipes the ring behind the guest's back, again and again: what it was told is on the disk is not. */
const wipe = `prefix=$(rbd info vm/web | sed -n 's/.*block_name_prefix: //p'); while :; do rados -p vm truncate $prefix.0000000000000000 0; sleep 0.2; done`;

mutant({
  row: 'node-failure',
  what: 'guest disk loses what it has acknowledged',
  make: async (lab) => {
    for (const node of ['n1', 'n2', 'n3']) await lab.keepDoing(node, wipe);
  },
  run: ['--suite', 'node-failure', '--guest', 'web'],
  exitCodes: [1],
  expected: { 'node-failure.web.worker.r1': { verdicts: ['fail'], because: /web: no (acknowledged write lost|I\/O or verification error)/ } },
  wholeAfterwards: false,
});
