import { workerData } from 'node:worker_threads';
import type { ProbeSpec } from '../probe.ts';
import { batchMs, createOutbox } from '../protocol.ts';
import type { Command, WorkerInput } from '../protocol.ts';
import type { Attempt, AttemptFactory } from './attempt.ts';
import { dnsAttempts } from './dns.ts';
import { heartbeatAttempts } from './heartbeat.ts';
import { httpAttempts } from './http.ts';
import { runAttempts } from './runner.ts';
import type { StreamProbe } from './runner.ts';
import { tcpAttempts } from './tcp.ts';

/** The thread of all probes that open connections or ask questions: the main thread's work does not delay them. */
const { port, epochNs } = workerData as WorkerInput;
const outbox = createOutbox((notice) => port.postMessage(notice, []));
const probes = new Map<number, StreamProbe>();
const factories: Partial<Record<ProbeSpec['kind'], AttemptFactory>> = { tcp: tcpAttempts, http: httpAttempts, dns: dnsAttempts, heartbeat: heartbeatAttempts };

function attemptOf(spec: ProbeSpec): Attempt {
  const factory = factories[spec.kind];
  if (factory === undefined) throw new Error(`${spec.name}: no connection or query belongs to kind ${spec.kind}`);
  return factory(spec);
}

const reporting = setInterval(() => outbox.flush(Number(process.hrtime.bigint())), batchMs / 2);
port.on('message', (command: Command) => {
  if (command.type === 'add') probes.set(command.id, runAttempts(command.id, command.spec, command.firstSeq, epochNs, attemptOf(command.spec), outbox));
  else if (command.type === 'remove') {
    probes.get(command.id)?.stop();
    probes.delete(command.id);
    // Behind what was started in this turn and is reported in the next.
    setImmediate(() => outbox.removed(command.id, Number(process.hrtime.bigint())));
  } else {
    clearInterval(reporting);
    port.close();
  }
});
port.postMessage({ type: 'ready', engine: 'node', reason: 'sockets of Node in a thread of their own, ordinary priority' }, []);
