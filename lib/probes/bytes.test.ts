import { expect, test } from 'vitest';
import { viewOf } from './bytes.ts';

test('a view is of these bytes only, wherever in their memory they lie', () => {
  const bytes = Buffer.from([9, 1, 2, 3, 4, 9]).subarray(1, 5);
  const view = viewOf(bytes);
  expect(view.byteLength).toBe(4);
  expect(view.getUint32(0)).toBe(0x01020304);
  view.setUint8(0, 7);
  expect(bytes[0]).toBe(7);
});
