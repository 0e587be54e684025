import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli } from '../testing.ts';
import { carryOutAll } from './carry-out.ts';
import { crashCases } from './cases.ts';

beforeAll(async () => {
  expect((await cli(['lab', 'up'])).code).toBe(0);
});
afterAll(async () => {
  await cli(['lab', 'down']);
});

test('SIGKILL of the child, of the parent and of both in every kind of state of a real run: restored, and as before', async () => {
  expect(await carryOutAll(crashCases)).toEqual([]);
});
