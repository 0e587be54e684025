import { mutant } from './mutant.ts';

mutant({
  row: 'node-shutdown',
  what: 'nodes go down at once when they are asked to shut down, with all that runs on them',
  // Signal USR1 ends the first process of a node of the lab, as at the end of its clean shutdown.
  make: async (lab) => {
    for (const node of ['n1', 'n2', 'n3']) await lab.on(node, 'sh', '-c', 'printf "#!/bin/sh\\nkill -USR1 1\\n" > /usr/local/sbin/shutdown');
  },
  run: ['--suite', 'node-shutdown', '--guest', 'web'],
  exitCodes: [1],
  expected: { 'node-shutdown.web.r1': { verdicts: ['fail'], because: /outage|fenc/i } },
});
