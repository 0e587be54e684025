import { expect, test } from 'vitest';
import { probeKinds } from '../record/types.ts';
import { resolutionOf } from './resolution.ts';

test.each(probeKinds)('%s says what it can tell and who answers', (kind) => {
  expect(resolutionOf(kind, 100)).toMatch(new RegExp(`^${kind} every 100 ms: an outage is told to within 200 ms, one shorter than 100 ms may go unseen; .{30,}`));
});
