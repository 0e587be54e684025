import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli } from '../testing.ts';
import { carryOutAll } from './carry-out.ts';
import { pathCases } from './cases.ts';

beforeAll(async () => {
  expect((await cli(['lab', 'up'])).code).toBe(0);
});
afterAll(async () => {
  await cli(['lab', 'down']);
});

test('whole runs over a way that resets, hangs, drips, cuts, lies and forgets: no false pass, and everything is mended', async () => {
  expect(await carryOutAll(pathCases)).toEqual([]);
});
