import { mutant } from './mutant.ts';

const allowMigrate = ['crm_resource', '--resource', 'web', '--meta', '--set-parameter', 'allow-migrate', '--parameter-value'];

mutant({
  row: 'live-migration',
  what: 'guest is stopped and started anew instead of being moved while it runs',
  make: async (lab) => void (await lab.on('n1', ...allowMigrate, 'false')),
  unmake: async (lab) => void (await lab.on('n1', ...allowMigrate, 'true')),
  run: ['--suite', 'live-migration', '--guest', 'web'],
  exitCodes: [1],
  expected: { 'live-migration.web.r1': { verdicts: ['fail'], because: /outage|started anew|same boot|migration/i } },
});
