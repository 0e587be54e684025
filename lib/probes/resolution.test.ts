import { expect, test } from 'vitest';
import { probeKinds } from '../record/types.ts';
import { resolutionOf } from './resolution.ts';

test.each(probeKinds)('%s says what it can tell, who answers, and whether it is calibrated', (kind) => {
  const sentence = resolutionOf(kind, 100, kind === 'icmp' ? 'icmp-koffi-raw' : `${kind}-node`);
  expect(sentence).toMatch(new RegExp(`^${kind} every 100 ms: an outage is told to within 200 ms, one shorter than 100 ms may go unseen; .{30,}`));
  expect(sentence.includes('only its icmp is calibrated')).toBe(kind !== 'icmp');
});

test.each(['icmp-ping', 'icmp6-ping', 'icmp-fping', 'icmp-ping-macos'])('%s promises no period that it does not keep', (engine) => {
  expect(resolutionOf('icmp', 10, engine)).toContain(`two of the periods that ${engine} really keeps`);
});
