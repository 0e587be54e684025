import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSamplesWriter } from '../../record/samples-writer.ts';
import { stampSimulated } from '../../reporting/charts/svg.ts';
import { beginSynthetic } from '../../reporting/testing/synthetic-run.ts';
import { tellHealth, tellNodeFailure } from '../../reporting/testing/story.ts';
import { followProgress } from '../live-progress.ts';
import { screenOf, terminalPicture } from './terminal-picture.ts';

const columns = 104;
const id = 'node-failure.web.worker.r1';

/** Samples of a guest that answered for 6 s and is silent since; what is returned writes the last of them. */
function keepSamples(file: string): () => void {
  mkdirSync(dirname(file), { recursive: true });
  const writer = createSamplesWriter(file, { name: 'web.icmp', kind: 'icmp', guest: 'web', target: '192.0.2.80', periodMs: 10, waitMs: 10_000 }, 'made-up', 0n);
  const send = (from: number, to: number): void => {
    for (let seq = from; seq < to; seq += 1) {
      writer.sent(seq, seq * 1e7);
      if (seq < 600) writer.answered(seq, seq * 1e7 + 400_000, true);
    }
    writer.flush();
  };
  send(0, 2700);
  return () => send(2700, 2800);
}

/** The live view of a made-up power failure, as the very code of the live view writes it, some seconds into the outage. */
export async function livePicture(): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'live-picture-'));
  const clock = performance.now.bind(performance);
  let aheadMs = 0;
  performance.now = () => clock() + aheadMs;
  delete process.env['CI'];
  process.env['FORCE_COLOR'] = '1';
  try {
    const run = beginSynthetic(root, {});
    tellHealth(run, 10);
    tellNodeFailure(run, 2000, id);
    const events = readFileSync(join(run.writer.folder, 'events.jsonl'), 'utf8').trimEnd().split('\n');
    const [folder, eventsFile] = [join(root, 'shown'), join(root, 'growing.jsonl')];
    const probeOn = keepSamples(join(folder, (JSON.parse(events.find((line) => line.includes('"kind":"probe-started"')) ?? '{}') as { file: string }).file));
    const until = (word: string): string[] => events.splice(0, events.findIndex((line) => line.includes(word)) + 1);
    let written = '';
    const out = { isTTY: true, columns, write: (text: string) => (written += text) } as unknown as NodeJS.WriteStream;
    appendFileSync(eventsFile, '');
    const progress = followProgress({ folder, eventsFile, expectedMs: new Map([['cluster-health.cluster.r1', 3000], [id, 54_000]]), outageLimitMs: () => 60_000 }, out);
    for (const [word, passMs] of [['"kind":"scenario-started"', 900], ['"kind":"scenario-ended"', 400], ['"kind":"fault-injected"', 6200], ['The cluster starts the guest', 21_000]] as const) {
      appendFileSync(eventsFile, `${until(word).join('\n')}\n`);
      await sleep(400);
      aheadMs += passMs;
    }
    probeOn();
    await sleep(1500);
    const screen = screenOf(written);
    progress.stop();
    return stampSimulated(terminalPicture(screen, { command: '$ npx --no ha-acceptance run --env prod-a --arm CLUSTER', title: 'The live view of a run in a terminal, with invented figures', columns }));
  } finally {
    performance.now = clock;
    rmSync(root, { recursive: true });
  }
}
