import { readFileSync } from 'node:fs';
import type { MessageTestRuntime } from 'allure-js-commons/sdk/runtime';
import { getGlobalTestRuntime } from 'allure-js-commons/sdk/runtime';
import { assert, test } from 'vitest';
import type { ReplayTest } from './replay-plan.ts';

/** The plan, as replay.ts hands it over. */
const plan = JSON.parse(readFileSync(process.env['HA_ACCEPTANCE_REPLAY'] ?? '', 'utf8')) as ReplayTest[];

for (const { id, status, message, messages } of plan) {
  // The title is a scenario's id; what is asserted was judged before.
  test(id, async ({ skip }) => {
    const runtime = getGlobalTestRuntime() as MessageTestRuntime;
    for (const told of messages) await runtime.sendMessage(told);
    if (status === 'skipped') skip(message);
    if (status === 'failed') assert.fail(message);
    if (status === 'broken') throw new Error(message);
  });
}
