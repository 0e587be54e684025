import { expect, test } from 'vitest';
import type { Snapshot } from '../adapters/hypervisor.ts';
import { inventedSnapshot } from '../safety/invented-cluster.ts';
import { createScenario } from './scenario.ts';
import { selectedRow, testBench } from './testing.ts';

function bench(snapshot: () => Snapshot, probeQuality: () => string | null, signal = new AbortController().signal) {
  const made = testBench({ snapshot });
  const scenario = createScenario({ session: made.session, selected: selectedRow('node-shutdown', async () => undefined), signal, probes: new Map(), integrity: new Map(), probeQuality });
  return { scenario, events: made.events };
}

test('the gate within a scenario waits for the cluster and for the probes, and is a step of the procedure', async () => {
  let readings = 0;
  let asked = 0;
  const { scenario, events } = bench(
    () => inventedSnapshot((readings += 1) === 1 ? { failures: ['monitor of web on n2 failed'] } : {}),
    () => ((asked += 1) === 2 ? 'web.icmp is not answered' : null),
  );
  await scenario.gate();
  expect(events().flatMap((event) => (event.kind === 'progress' ? [event.message] : []))).toEqual([expect.stringMatching(/monitor of web on n2 failed/), expect.stringMatching(/web\.icmp is not answered/)]);
  expect(events().flatMap((event) => (event.kind === 'step-ended' ? [[event.title, event.ok]] : []))).toEqual([['The cluster is whole and the guests answer (steady-state gate)', true]]);
  expect(events().some((event) => event.kind === 'baseline')).toBe(false);
});

test('a stop ends the wait', async () => {
  const stopping = new AbortController();
  const { scenario } = bench(() => inventedSnapshot({ failures: ['monitor of web on n2 failed'] }), () => null, stopping.signal);
  const gate = scenario.gate();
  stopping.abort(new Error('stopped'));
  await expect(gate).rejects.toThrow(/aborted|stopped/);
});
