import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/**
 * What the wire does. `none`: it carries. `reset`: connections are reset, open ones at once. `hang`: connections are
 * accepted and kept, and nothing gets through any more. `drip`: answers come one byte every `everyMs`. `cut`: each
 * connection is reset after that many bytes of the answers since the fault was set.
 */
export type WireFault = { kind: 'none' } | { kind: 'reset' } | { kind: 'hang' } | { kind: 'drip'; everyMs: number } | { kind: 'cut'; afterBytes: number };

export interface WireFaultProxy {
  address: string;
  port: number;
  /** Connections that were accepted so far. */
  accepted(): number;
  setFault(fault: WireFault): void;
  close(): Promise<void>;
}

/** Carries TCP to a server and spoils it on demand; a test tool to put before ssh, Redfish or any HTTP API. Listens on loopback unless told where. */
export async function startWireFaultProxy(server: { address: string; port: number }, address = '127.0.0.1'): Promise<WireFaultProxy> {
  let fault: WireFault = { kind: 'none' };
  let accepted = 0;
  const pairs = new Set<{ reset: () => void; sinceFault: number }>();

  const carry = (near: Socket): void => {
    accepted += 1;
    const far = connect(server.port, server.address);
    const pair = { sinceFault: 0, reset: (): void => void [near.resetAndDestroy(), far.destroy(), pairs.delete(pair)] };
    pairs.add(pair);
    if (fault.kind === 'reset') return pair.reset();
    let dripping = Promise.resolve();
    const drip = async (chunk: Buffer): Promise<void> => {
      for (let at = 0; at < chunk.length && !near.destroyed; at += 1) {
        if (fault.kind === 'drip') await new Promise((resolve) => void setTimeout(resolve, fault.kind === 'drip' ? fault.everyMs : 0));
        near.write(chunk.subarray(at, fault.kind === 'drip' ? at + 1 : chunk.length));
        if (fault.kind !== 'drip') return;
      }
    };
    near.on('data', (chunk) => void (fault.kind === 'hang' || far.write(chunk)));
    far.on('data', (chunk: Buffer) => {
      if (fault.kind === 'hang') return;
      if (fault.kind === 'cut') {
        near.write(chunk.subarray(0, Math.max(0, fault.afterBytes - pair.sinceFault)));
        pair.sinceFault += chunk.length;
        // One turn later, so that what was let through is on the wire before the reset discards it.
        if (pair.sinceFault >= fault.afterBytes) setTimeout(pair.reset, 20);
        return;
      }
      dripping = dripping.then(() => drip(chunk));
    });
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('end', () => void dripping.then(() => fault.kind === 'hang' || near.end()));
    return undefined;
  };

  const listener = createServer(carry);
  await new Promise<void>((resolve) => void listener.listen(0, address, resolve));
  return {
    address,
    port: (listener.address() as AddressInfo).port,
    accepted: () => accepted,
    setFault(next) {
      fault = next;
      for (const pair of pairs) pair.sinceFault = 0;
      if (next.kind === 'reset') for (const pair of pairs) pair.reset();
    },
    async close() {
      for (const pair of pairs) pair.reset();
      await new Promise<void>((resolve) => void listener.close(() => resolve()));
    },
  };
}
