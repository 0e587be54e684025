import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lastWords } from './last-words.ts';

test('of a supervisor that failed, its last failure is said', () => {
  const logs = mkdtempSync(join(tmpdir(), 'last-words-'));
  writeFileSync(join(logs, 'supervisor.log'), '2026-01-01T00:00:00Z 0.1 failed: Error: first\nmore\n2026-01-01T00:00:01Z 1.1 failed: Error: no disk\n    at once\n');
  expect(lastWords(logs)).toBe(' It said: Error: no disk');
});

test('of one that said nothing, nothing is said', () => {
  expect(lastWords('/nonexistent')).toBe('');
});
