import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { createOutbox } from '../protocol.ts';
import type { Command, Notice, WorkerInput } from '../protocol.ts';
import { createIcmpEngine } from './engine.ts';
import { loadLibc } from './libc.ts';
import { openIcmpSocket } from './socket.ts';
import { createThreadClock, makePunctual } from './thread.ts';

/** The thread of the native ICMP engine: it never returns to an event loop, so nothing else in this process can delay it. */
const { port, epochNs, realtime, family, bell } = workerData as WorkerInput;
const post = (notice: Notice): void => port.postMessage(notice);

function run(): void {
  const libc = loadLibc();
  const socket = openIcmpSocket(libc, family);
  const priority = makePunctual(libc, realtime);
  const clock = createThreadClock(libc);
  const outbox = createOutbox(post);
  const engine = createIcmpEngine(libc, socket, clock, outbox, epochNs);
  post({ type: 'ready', engine: `${family === 6 ? 'icmp6' : 'icmp'}-koffi-${socket.raw ? 'raw' : 'dgram'}`, reason: `${socket.reason}; ${priority}` });

  let rung = 0;
  for (let open = true; open;) {
    const ring = Atomics.load(bell, 0);
    const called = ring !== rung;
    rung = ring;
    for (let message = called ? receiveMessageOnPort(port) : undefined; message !== undefined; message = receiveMessageOnPort(port)) {
      const command = message.message as Command;
      if (command.type === 'add') engine.add(command.id, command.spec, command.firstSeq);
      else if (command.type === 'remove') {
        engine.remove(command.id);
        outbox.removed(command.id, clock.now());
      } else open = false;
    }
    const nowNs = clock.now();
    const nextNs = engine.step(nowNs);
    outbox.flush(nowNs);
    clock.sleepUntil(nextNs);
  }
  libc.close(socket.fd);
  port.close();
}

try {
  run();
} catch (error) {
  post({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  port.close();
}
