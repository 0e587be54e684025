import { z } from 'zod';
import { requestHttps } from '../../transports/https-client.ts';
import type { HttpsResponse } from '../../transports/https-client.ts';
import { HttpsError } from '../../transports/https-error.ts';
import { systemClock } from './clock.ts';
import { userOf } from './credentials.ts';
import type { ProxmoxCredentials } from './credentials.ts';
import { encodeForm, encodeRequest } from './encode.ts';
import { certificateProblem, unreachableProblem } from './lost-way.ts';
import { readAnswer } from './read-answer.ts';
import { leavesUnknown, refusedBy } from './refusal.ts';
import { ProxmoxError } from './proxmox-error.ts';
import type { ProxmoxRead, ProxmoxWrite } from './request.ts';
import { openSession } from './session.ts';
import { connectTimeoutMs, ownAnswerTimeoutMs, timeoutOf } from './timeouts.ts';

export interface ProxmoxEndpoint {
  node: string;
  address: string;
  /** Default 8006. */
  port?: number;
  /** SHA-256 of its certificate; without it the CA vouches. */
  fingerprint?: string;
}

export interface ProxmoxTarget {
  endpoints: readonly ProxmoxEndpoint[];
  credentials: ProxmoxCredentials;
  /** The cluster's own CA (/etc/pve/pve-root-ca.pem), PEM. */
  ca?: string;
}

export interface ProxmoxOptions {
  signal?: AbortSignal;
  /** For each endpoint that is tried, ms. */
  timeoutMs?: number;
  /** Ask this node's endpoint and no other: what a node itself believes. */
  endpoint?: string;
}

/** What became of a request that changes something. `unknown`: it may have been carried out, so look before repeating it. */
export type Written<T> = { outcome: 'done'; value: T } | { outcome: 'unknown'; why: string };

/** The Proxmox API through whichever endpoint of the cluster answers. */
export interface ProxmoxClient {
  /** Whom the API takes us for: by this name our tasks are known. */
  readonly user: string;
  /** Nodes whose endpoints are known, as they stand in the environment file. */
  readonly endpoints: readonly string[];
  /** From now on this node's endpoint is asked first. */
  prefer(node: string): void;
  /** @throws ProxmoxError */
  read<T>(request: ProxmoxRead<T>, options?: ProxmoxOptions): Promise<T>;
  /** @throws ProxmoxError when it was certainly not carried out. */
  write<T>(request: ProxmoxWrite<T>, options?: ProxmoxOptions): Promise<Written<T>>;
}

function origin({ address, port = 8006 }: ProxmoxEndpoint): string {
  return `https://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** Reads go to the next endpoint when one gives no answer; writes only when nothing was sent to it. Never on an answer, whatever its status. */
function mayTryNext(error: HttpsError, kind: 'read' | 'write'): boolean {
  if (error.kind === 'aborted' || error.kind === 'certificate') return false;
  return kind === 'read' || !error.unknownOutcome;
}

/** @param now ms, for the age of tickets. Connects to nobody yet. */
export function openProxmox(target: ProxmoxTarget, now: () => number = systemClock.now): ProxmoxClient {
  const session = openSession(target.credentials, now);
  let order = [...target.endpoints];
  if (order.length === 0) throw new Error('A Proxmox cluster is reached through its endpoints, and there is none. Add endpoints: [{ node, address, fingerprint }], best one for each node.');

  const exchange = (endpoint: ProxmoxEndpoint, request: Parameters<typeof requestHttps>[1], headers: Record<string, string>): Promise<HttpsResponse> =>
    requestHttps({ baseUrl: origin(endpoint), headers, ...(endpoint.fingerprint === undefined ? (target.ca === undefined ? {} : { ca: target.ca }) : { fingerprint: endpoint.fingerprint }) }, { connectTimeoutMs, ...request });

  const signInAt = (endpoint: ProxmoxEndpoint, signal: AbortSignal | undefined) => async (username: string, password: string): Promise<unknown> => {
    const asked = 'POST /access/ticket';
    const response = await exchange(endpoint, { method: 'POST', path: '/api2/json/access/ticket', form: encodeForm({ username, password }), timeoutMs: ownAnswerTimeoutMs, ...(signal === undefined ? {} : { signal }) }, {}).catch((error: unknown) => {
      // What follows was not sent, whatever became of the sign-in.
      throw error instanceof HttpsError ? new HttpsError(error.kind, error.message, false) : error;
    });
    if (response.status !== 200) throw refusedBy({ asked, endpoint: endpoint.node, node: undefined, isRead: true, ...response });
    return readAnswer(asked, endpoint.node, response.body, z.unknown());
  };

  const askOne = async (endpoint: ProxmoxEndpoint, request: ProxmoxRead<unknown> | ProxmoxWrite<unknown>, { signal, timeoutMs }: ProxmoxOptions): Promise<HttpsResponse> => {
    for (let attempt = 0; ; attempt += 1) {
      const headers = await session.headers(request.method, endpoint.node, signInAt(endpoint, signal));
      const response = await exchange(endpoint, { method: request.method, ...encodeRequest(request), timeoutMs: timeoutMs ?? timeoutOf(request), ...(signal === undefined ? {} : { signal }) }, headers);
      if (response.status !== 401 || attempt > 0 || !session.refused(headers, endpoint.node)) return response;
    }
  };

  const ask = async (request: ProxmoxRead<unknown> | ProxmoxWrite<unknown>, options: ProxmoxOptions): Promise<{ response: HttpsResponse; endpoint: string }> => {
    const candidates = options.endpoint === undefined ? [...order] : order.filter(({ node }) => node === options.endpoint);
    const failures: { node: string; error: HttpsError }[] = [];
    for (const endpoint of candidates) {
      try {
        return { response: await askOne(endpoint, request, options), endpoint: endpoint.node };
      } catch (error) {
        if (!(error instanceof HttpsError)) throw error;
        if (error.kind === 'certificate') throw certificateProblem(endpoint.node, error);
        if (!mayTryNext(error, request.kind)) throw error;
        failures.push({ node: endpoint.node, error });
        // Asked last from now on: what did not answer once would cost its time on every request.
        order = [...order.filter((one) => one !== endpoint), endpoint];
      }
    }
    throw unreachableProblem(options.endpoint ?? null, failures);
  };

  const refusalOf = (request: ProxmoxRead<unknown> | ProxmoxWrite<unknown>, endpoint: string, response: HttpsResponse): ProxmoxError =>
    refusedBy({ asked: `${request.method} ${encodeRequest({ ...request, params: {} }).path.slice('/api2/json'.length)}`, endpoint, node: request.path['node'], isRead: request.kind === 'read', ...response });

  return {
    user: userOf(target.credentials),
    endpoints: target.endpoints.map(({ node }) => node),
    prefer(node) {
      order = [...order.filter((one) => one.node === node), ...order.filter((one) => one.node !== node)];
    },
    async read(request, options = {}) {
      const { response, endpoint } = await ask(request, options).catch((error: unknown) => {
        throw error instanceof HttpsError ? new ProxmoxError(error.kind === 'aborted' ? 'aborted' : 'unreachable', error.message, { cause: error }) : error;
      });
      if (response.status !== 200) throw refusalOf(request, endpoint, response);
      return readAnswer(`${request.method} ${request.template}`, endpoint, response.body, request.answer);
    },
    async write(request, options = {}) {
      const asked = `${request.method} ${request.template}`;
      try {
        const { response, endpoint } = await ask(request, options);
        if (response.status !== 200) {
          const refusal = refusalOf(request, endpoint, response);
          if (leavesUnknown(response.status, response.reason)) return { outcome: 'unknown', why: refusal.message };
          throw refusal;
        }
        try {
          return { outcome: 'done', value: readAnswer(asked, endpoint, response.body, request.answer) };
        } catch (error) {
          return { outcome: 'unknown', why: `It answered 200, but not as documented. ${(error as Error).message}` };
        }
      } catch (error) {
        if (!(error instanceof HttpsError)) throw error;
        if (error.unknownOutcome) return { outcome: 'unknown', why: error.message };
        throw new ProxmoxError(error.kind === 'aborted' ? 'aborted' : 'unreachable', error.message, { cause: error });
      }
    },
  };
}
