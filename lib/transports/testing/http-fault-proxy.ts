import type { ServerResponse } from 'node:http';
import { requestHttps } from '../https-client.ts';
import type { HttpsRequest, HttpsResponse, HttpsTarget } from '../https-client.ts';
import { serveTls } from './tls-server.ts';
import type { TlsTestServer } from './tls-server.ts';

/**
 * What an API does wrong while its wire is well. `lost-answer`: it carries the request out and never answers. `hold`: it keeps
 * the request until the fault is another one, and then does with it as it does with the others.
 */
export const httpFaults = ['none', 'status-500', 'truncated', 'wrong-json', 'not-json', 'empty', 'lost-answer', 'hold'] as const;
export type HttpFault = (typeof httpFaults)[number];

export interface HttpFaultProxy extends TlsTestServer {
  /** From now on; `only` limits it to requests of one method, the others are carried. */
  setFault(fault: HttpFault, only?: string): void;
  /** Requests that are being held now. */
  held(): number;
  /** Forgets the requests that are being held: they are never carried out. */
  drop(): void;
  /** Requests of a method that the API has carried out so far. */
  carried(method: string): number;
}

function spoil(fault: HttpFault, answer: HttpsResponse, response: ServerResponse): void {
  const headers = { 'Content-Type': 'application/json' };
  if (fault === 'status-500') response.writeHead(500, headers).end('{"error":{"message":"An internal error, made by the fault proxy."}}');
  else if (fault === 'truncated') response.writeHead(answer.status === 204 ? 200 : answer.status, { ...headers, 'Content-Length': String(answer.body.length + 100) }).write(`${answer.body.slice(0, answer.body.length / 2)} `, () => response.destroy());
  else if (fault === 'wrong-json') response.writeHead(200, headers).end('{"unexpected":["document"]}');
  else if (fault === 'not-json') response.writeHead(200, headers).end('<html>Please log in</html>');
  else if (fault === 'empty') response.writeHead(200, headers).end();
  else if (fault === 'none') response.writeHead(answer.status, { ...headers, ...(answer.headers['location'] === undefined ? {} : { Location: answer.headers['location'] }) }).end(answer.body);
}

/** Stands before an HTTPS API, with a certificate of its own, carries requests to it and spoils its answers on demand; a test tool. */
export async function startHttpFaultProxy(target: HttpsTarget): Promise<HttpFaultProxy> {
  let fault: HttpFault = 'none';
  let method: string | undefined;
  let held: (() => void)[] = [];
  const carried: string[] = [];
  const server = await serveTls((request, response, body) => {
    const headers = request.headers.authorization === undefined ? {} : { Authorization: request.headers.authorization };
    const forwarded: HttpsRequest = { method: (request.method ?? 'GET') as HttpsRequest['method'], path: request.url ?? '/', ...(body === '' ? {} : { body: JSON.parse(body) as unknown }) };
    const isHit = (): boolean => method === undefined || method === request.method;
    const carry = async (): Promise<void> => {
      const answer = await requestHttps({ ...target, headers }, forwarded);
      carried.push(forwarded.method);
      spoil(isHit() ? fault : 'none', answer, response);
    };
    const begin = (): void => void carry().catch(() => response.destroy());
    if (fault === 'hold' && isHit()) held.push(begin);
    else begin();
  });
  return {
    ...server,
    setFault(next, only) {
      fault = next;
      method = only;
      if (next === 'hold') return;
      for (const begin of held) begin();
      held = [];
    },
    held: () => held.length,
    drop() {
      held = [];
    },
    carried: (of) => carried.filter((one) => one === of).length,
  };
}
