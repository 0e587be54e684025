import { expect, test } from 'vitest';
import { rowNames } from '../../record/types.ts';
import { epicOf } from './epics.ts';

test('every row has its family, and one of a newer version a family that says so', () => {
  expect(rowNames.map(epicOf)).not.toContain('Rows of a newer version');
  for (const row of ['storage-migration', 'constructor']) expect(epicOf(row)).toBe('Rows of a newer version');
});
