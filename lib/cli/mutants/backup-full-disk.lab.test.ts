import { mutant } from './mutant.ts';

const folder = '/var/backups/ha-acceptance';
const nodes = ['n1', 'n2', 'n3'];

mutant({
  row: 'backup',
  what: 'folder of the backups has room for a megabyte',
  make: async (lab) => {
    for (const node of nodes) await lab.on(node, 'bash', '-c', `mkdir -p ${folder} && mount -t tmpfs -o size=1m none ${folder}`);
  },
  unmake: async (lab) => {
    for (const node of nodes) await lab.on(node, 'umount', folder);
  },
  run: ['--suite', 'backup', '--guest', 'web'],
  exitCodes: [1],
  expected: { 'backup.web.r1': { verdicts: ['fail'], because: /backup of web failed|the backup ended OK/ } },
});
