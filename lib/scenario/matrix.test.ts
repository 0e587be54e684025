import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadMatrix, suiteFile, suitesFolder } from './matrix.ts';

/** Each as its own file says, ms: the gate, the failover, the undo, the rejoining of the node, the repair of the storage. */
const waits = { gate: 180_000, failover: 600_000, undo: 300_000, rejoin: 900_000, redundant: 900_000, notice: 180_000, serving: 60_000, shutdown: 900_000, empty: 300_000 };

test('no row is given up before all that it waits for had its time', async () => {
  const matrix = await loadMatrix();
  const { gate, failover, undo, rejoin, redundant, notice, serving, shutdown, empty } = waits;
  expect(matrix.get('node-failure')?.deadlineMs).toBeGreaterThanOrEqual(gate + failover + undo + rejoin + redundant);
  expect(matrix.get('node-return')?.deadlineMs).toBeGreaterThanOrEqual(gate + failover + undo + rejoin + redundant);
  expect(matrix.get('node-shutdown')?.deadlineMs).toBeGreaterThanOrEqual(gate + 3 * (shutdown + undo + rejoin + redundant));
  expect(matrix.get('maintenance-drain')?.deadlineMs).toBeGreaterThanOrEqual(gate + failover + empty + undo);
  expect(matrix.get('disk-return')?.deadlineMs).toBeGreaterThanOrEqual(gate + notice + serving + undo + redundant);
  expect(matrix.get('disk-removal')?.deadlineMs).toBeGreaterThanOrEqual(gate + notice + serving + undo);
});

test('what the runner is told loads the suite of that row and of no other', async () => {
  const files = readdirSync(suitesFolder).map((name) => join(suitesFolder, name));
  // As the runner does: whatever holds the text is loaded.
  for (const row of (await loadMatrix()).keys()) expect(files.filter((file) => file.includes(suiteFile(row)))).toEqual([suiteFile(row)]);
});
