import type { ProxmoxRead, ProxmoxWrite } from './request.ts';

/** Time for a connection, ms. A node without power answers nothing at all; the network of a cluster needs a few. */
export const connectTimeoutMs = 3000;
/** Time for what the endpoint answers by itself, ms. */
export const ownAnswerTimeoutMs = 10_000;
/** Time for what it asks of another node, or changes, ms: pveproxy itself gives up after 30 s and says 596 (AnyEvent.pm, proxy_request). */
const proxiedTimeoutMs = 40_000;

/** How long an answer may take unless the caller says otherwise, ms. */
export function timeoutOf({ kind, template }: ProxmoxRead<unknown> | ProxmoxWrite<unknown>): number {
  return kind === 'read' && !template.includes('{node}') ? ownAnswerTimeoutMs : proxiedTimeoutMs;
}
