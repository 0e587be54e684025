import { expect, test } from 'vitest';
import { registerSecret } from '../../record/scrub.ts';
import { readAnswer } from './answer.ts';

test('what a host says instead of an answer is quoted, and no half of a secret', () => {
  registerSecret('half-secret-of-a-host');
  const stdout = `${'x'.repeat(390)} half-secret-of-a-host`;
  expect(() => readAnswer({ code: 1, stdout, stderr: '', ms: 1 }, { nonce: 'n0', host: 'hv1', script: 'read.ps1' })).toThrow(/saying: x{390} \[secret\]\. /);
});
