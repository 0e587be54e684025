import { adapterPeers } from '../adapters/connect.ts';
import type { Environment } from '../environment/environment.ts';
import { powerPeers } from '../faults/tls-peers.ts';
import type { Finding } from '../safety/invariants.ts';
import { compareOnTheDevice } from '../transports/judge-certificate.ts';
import { readCertificate } from '../transports/shown-certificate.ts';
import type { TlsPeer } from '../transports/tls-peer.ts';

/** Bound on the handshake with one of them, ms. */
const handshakeTimeoutMs = 5000;

async function finding({ who, host, port, trust, where }: TlsPeer, path: string, signal: AbortSignal): Promise<Finding> {
  const title = `the certificate of ${who} is trusted`;
  try {
    const { shown, refusal } = await readCertificate({ host, port }, trust, { timeoutMs: handshakeTimeoutMs, signal });
    const why = trust.fingerprint !== undefined ? 'as the environment file says' : trust.ca !== undefined ? 'signed by the CA of the environment file' : 'signed by a CA that this machine trusts';
    return { title, ok: refusal === null, detail: refusal ?? `${shown ?? ''}, ${why}`, remedy: shown === null ? 'Find out who answers there.' : `If it is the right one, ${compareOnTheDevice}; then write either spelling to ${where} in ${path}.` };
  } catch (error) {
    signal.throwIfAborted();
    return { title, ok: null, detail: `${host} port ${port}: ${(error as Error).message}`, remedy: 'Correct the address in the environment file, or see that it is on and can be reached from here.' };
  }
}

/**
 * Which certificate everybody shows whom the environment file names by https, and whether it is trusted: what is to be compared on
 * the device and accepted. Sends nothing but handshakes.
 */
export async function certificateFindings(environment: Environment, signal: AbortSignal): Promise<Finding[]> {
  const peers = [...adapterPeers(environment), ...environment.nodes.flatMap(({ name, power }) => powerPeers(name, power))];
  return Promise.all(peers.map(async (peer) => finding(peer, environment.source.path, signal)));
}
