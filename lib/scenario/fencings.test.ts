import { expect, test } from 'vitest';
import { watchFencings } from './fencings.ts';

const old = { node: 'n1', at: '2026-11-21T10:00:00Z', ok: true };
const fenced = { node: 'n1', at: '2026-11-21T11:00:00Z', ok: true };

test('what was fenced before the quorum was lost, and what failed, does not count', () => {
  const watch = watchFencings({ fencings: [old] }, 200);
  watch?.note({ fencings: [old, { ...fenced, ok: false }] });
  expect(watch?.verdict()).toEqual({ ok: true, detail: "none was in 1 readings of the cluster's own account" });
});

test('a node that is fenced without quorum is told with its moment', () => {
  const watch = watchFencings({ fencings: [old] }, 200);
  watch?.note({ fencings: [old] });
  watch?.note({ fencings: [old, fenced] });
  watch?.note({ fencings: null });
  expect(watch?.verdict()).toEqual({ ok: false, detail: 'n1 at 2026-11-21T11:00:00Z; the nodes were cut off within 0.2 s' });
});

test('cuts that were far apart leave open whether it was decided with quorum', () => {
  const watch = watchFencings({ fencings: [] }, 1001);
  watch?.note({ fencings: [fenced] });
  expect(watch?.verdict()).toMatchObject({ ok: null, detail: expect.stringContaining('may have been decided while there was quorum') as unknown });
});

test('without an account nothing is claimed', () => {
  expect(watchFencings({ fencings: null }, 0)).toBeNull();
  const watch = watchFencings({ fencings: [] }, 0);
  watch?.note({ fencings: null });
  expect(watch?.verdict()).toEqual({ ok: null, detail: 'no account of fencings could be read' });
});
