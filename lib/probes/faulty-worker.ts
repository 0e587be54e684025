import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Command, Notice, WorkerInput } from './protocol.ts';
import { createOutbox } from './protocol.ts';

/**
 * A worker for tests of supervision: its probe's target says how it behaves: `well`, `dies` (after 300 ms, in its first life) or
 * `stalls` (likewise). It answers each probe at once. It is ready only after FAULTY_WORKER_STARTS_IN ms.
 */
const { port } = workerData as WorkerInput;
const post = (notice: Notice): void => port.postMessage(notice, []);
const outbox = createOutbox(post);
const startedNs = Number(process.hrtime.bigint());
for (const untilMs = performance.now() + Number(process.env['FAULTY_WORKER_STARTS_IN'] ?? '0'); performance.now() < untilMs;);
post({ type: 'ready', engine: 'faulty', reason: 'for a test' });

let probe: { id: number; seq: number; target: string; firstLife: boolean } | null = null;
setInterval(() => {
  const nowNs = Number(process.hrtime.bigint());
  for (let message = receiveMessageOnPort(port); message !== undefined; message = receiveMessageOnPort(port)) {
    const command = message.message as Command;
    if (command.type === 'add') probe = { id: command.id, seq: command.firstSeq, target: command.spec.target, firstLife: command.firstSeq === 0 };
    else if (command.type === 'remove') {
      probe = null;
      outbox.removed(command.id, nowNs);
    }
  }
  const faulty = probe?.firstLife === true && nowNs - startedNs > 300e6;
  if (faulty && probe?.target === 'dies') throw new Error('broken on purpose');
  if (faulty && probe?.target === 'stalls') for (;;);
  if (probe !== null) {
    outbox.sent(probe.id, probe.seq, nowNs);
    outbox.answered(probe.id, probe.seq, nowNs + 1000, nowNs, true);
    probe.seq++;
  }
  outbox.flush(nowNs);
}, 10);
