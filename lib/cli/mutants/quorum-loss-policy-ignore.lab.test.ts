import { mutant } from './mutant.ts';

const policy = (value: string): string[] => ['crm_attribute', '--type', 'crm_config', '--name', 'no-quorum-policy', '--update', value];

/** What is left fences the others; a guest runs elsewhere, or would, but its start hangs on the storage, which does mind: then the node's log tells of the start. */
const startedWithoutQuorum = /without quorum no node is fenced|without quorum no guest is started on another node|no guest ever runs twice|start operation for \w+ on n\d/;

mutant({
  row: 'quorum-loss',
  what: 'parts go on without quorum',
  make: async (lab) => void (await lab.on('n1', ...policy('ignore'))),
  unmake: async (lab) => void (await lab.on('n1', ...policy('stop'))),
  run: ['--suite', 'quorum-loss'],
  exitCodes: [1],
  expected: { 'quorum-loss.cluster.r1': { verdicts: ['fail'], because: startedWithoutQuorum } },
});
