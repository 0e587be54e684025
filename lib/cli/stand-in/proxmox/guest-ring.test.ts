import { expect, test } from 'vitest';
import { guestRing } from './guest-ring.ts';

test('goes on where its disk was when the guest is started anew, and says nothing meanwhile', () => {
  const ring = guestRing('web');
  expect(ring.status(0)).toBeNull();
  ring.follow('one', 1000);
  ring.follow('one', 1500);
  expect(ring.status(2000)).toMatchObject({ guest: 'web', boot: 'one', ack: 10, recovered: 0 });
  ring.follow(null, 2050);
  expect(ring.status(5000)).toBeNull();
  ring.follow('two', 6000);
  expect(ring.status(6100)).toMatchObject({ boot: 'two', ack: 11, recovered: 10 });
});

test('writes nothing while its disk is frozen, and goes on in the same boot afterwards', () => {
  const ring = guestRing('web');
  ring.follow('one', 1000);
  ring.follow('one', 2000, true);
  expect(ring.status(9000)).toMatchObject({ boot: 'one', ack: 10, recovered: 0 });
  ring.follow('one', 9000);
  expect(ring.status(9500)).toMatchObject({ boot: 'one', ack: 15, recovered: 0 });
});
