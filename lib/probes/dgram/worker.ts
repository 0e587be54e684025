import { workerData } from 'node:worker_threads';
import { batchMs, createOutbox } from '../protocol.ts';
import type { Command, Notice, WorkerInput } from '../protocol.ts';
import { loadLibc } from '../icmp/libc.ts';
import { openIcmpSocket } from '../icmp/socket.ts';
import { createDgramEngine } from './engine.ts';

/** The thread of the second engine: the kernel's ICMP datagram socket, with Node's own event loop and timers around it. */
const { port, epochNs, family } = workerData as WorkerInput;
const post = (notice: Notice): void => port.postMessage(notice, []);
const nowNs = (): number => Number(process.hrtime.bigint());

try {
  const libc = loadLibc();
  const socket = openIcmpSocket(libc, family);
  if (socket.raw) libc.close(socket.fd);
  if (socket.raw) throw new Error('Node takes datagram sockets only, and the kernel refuses them for ICMP (net.ipv4.ping_group_range)');
  const outbox = createOutbox(post);
  const engine = await createDgramEngine(socket.fd, family, outbox, epochNs);
  const reporting = setInterval(() => outbox.flush(nowNs()), batchMs / 2);
  port.on('message', (command: Command) => {
    if (command.type === 'add') engine.add(command.id, command.spec, command.firstSeq);
    else if (command.type === 'remove') {
      engine.remove(command.id);
      // Behind what was sent in this turn and is confirmed in the next.
      setImmediate(() => outbox.removed(command.id, nowNs()));
    } else {
      clearInterval(reporting);
      engine.close();
      port.close();
    }
  });
  post({ type: 'ready', engine: `${family === 6 ? 'icmp6' : 'icmp'}-dgram`, reason: 'ICMP datagram socket under Node\'s dgram in a thread of its own: ordinary priority, answers stamped when Node reads them' });
} catch (error) {
  post({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  port.close();
}
