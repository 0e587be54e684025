import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { ProbeSpec } from './probe.ts';
import { isServer } from './stream/dns.ts';
import { parseEndpoint } from './stream/tcp.ts';

/** @throws Error when the spec cannot be probed; the sentence says what to change. */
export function refuseBadSpec({ name, kind, target, periodMs, waitMs, query, resolver }: ProbeSpec): void {
  if (kind === 'icmp' && isIP(target) === 0) throw new Error(`${name}: "${target}" is no IP address; resolve the name first`);
  if (kind === 'tcp' && isIP(parseEndpoint(target)?.host ?? '') === 0) throw new Error(`${name}: "${target}" is not address:port, for example 192.0.2.80:443; resolve a name first`);
  if (kind === 'dns' && !isServer(target)) throw new Error(`${name}: "${target}" is no address of a DNS server; give the server as target and the name as query`);
  if (kind === 'dns' && (query === undefined || query === '')) throw new Error(`${name}: a dns probe needs the name to ask for (query)`);
  if ((kind === 'http' || kind === 'heartbeat') && !/^https?:$/.test(URL.parse(target)?.protocol ?? '')) throw new Error(`${name}: "${target}" is no http or https URL, for example http://192.0.2.80/`);
  if (resolver !== undefined && !isServer(resolver)) throw new Error(`${name}: the resolver "${resolver}" is no address of a DNS server`);
  if (!(periodMs >= 1)) throw new Error(`${name}: a period of ${periodMs} ms is finer than the prober can keep; use 1 ms or more`);
  if (!(waitMs >= periodMs)) throw new Error(`${name}: the waiting time of ${waitMs} ms is shorter than the period of ${periodMs} ms; make it longer`);
}

/**
 * The spec that the engine gets. Without a resolver of its own, the name in a URL is resolved once, here, by the system: a lookup
 * for each probe would measure this machine's resolver, and block it.
 *
 * @throws Error when the system does not know the name.
 */
export async function resolveTarget(spec: ProbeSpec): Promise<ProbeSpec> {
  const url = (spec.kind === 'http' || spec.kind === 'heartbeat') && spec.resolver === undefined ? new URL(spec.target) : null;
  if (url === null || isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) return spec;
  const query = spec.query ?? url.host;
  try {
    const { address, family } = await lookup(url.hostname);
    url.hostname = family === 6 ? `[${address}]` : address;
  } catch (error) {
    throw new Error(`${spec.name}: the name ${url.hostname} cannot be resolved here; write the address into the URL, or name a resolver`, { cause: error });
  }
  return { ...spec, target: url.href, query };
}

/** The address that a probe's packets go to, null where it is asked of a resolver each time. */
export function watchedAddress({ kind, target }: ProbeSpec): string | null {
  if (kind === 'icmp') return target;
  if (kind === 'tcp') return parseEndpoint(target)?.host ?? null;
  const host = kind === 'dns' ? (isIP(target) === 0 ? (parseEndpoint(target)?.host ?? '') : target) : new URL(target).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? null : host;
}
