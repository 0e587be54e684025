import { assert, test } from 'vitest';
import { readReplayPlan } from './replay-plan.ts';

for (const { id, status, message } of readReplayPlan(process.env['HA_ACCEPTANCE_REPLAY'] ?? '')) {
  // The title is a scenario's id; what is asserted was judged before.
  test(id, ({ skip }) => {
    if (status === 'skipped') skip(message);
    if (status === 'failed') assert.fail(message);
    if (status === 'broken') throw new Error(message);
  });
}
