import { assert, inject, test } from 'vitest';

for (const { id, status, message } of inject('replayed')) {
  // The title is a scenario's id; what is asserted was judged before.
  test(id, ({ skip }) => {
    if (status === 'skipped') skip(message);
    if (status === 'failed') assert.fail(message);
    if (status === 'broken') throw new Error(message);
  });
}
