import { expect, test } from 'vitest';
import { z } from 'zod';
import { registerSecret } from '../../record/scrub.ts';
import { readAnswer } from './read-answer.ts';

const asked = (body: string): unknown => readAnswer('GET /version', 'pve1', body, z.object({ version: z.string() }));

test('the data are what counts, in their documented shape', () => {
  expect(asked('{"data":{"version":"9.1"}}')).toEqual({ version: '9.1' });
  expect(() => asked('{"data":{"version":9}}')).toThrow(/not as documented: version: /);
  expect(() => asked('{"errors":{}}')).toThrow('has no "data"');
});

test('what is no JSON is quoted, and no half of a token that it repeats', () => {
  registerSecret('ci@pve!night=0a1b2c3d-4e5f-6071');
  expect(() => asked(`<html>${'x'.repeat(80)} PVEAPIToken=ci@pve!night=0a1b2c3d-4e5f-6071</html>`)).toThrow(/"<html>x{80} PVEAPIToken=\[secret\]<\/html>"/);
});
