import pRetry from 'p-retry';
import type { z } from 'zod';
import { HttpsError } from '../../transports/https-error.ts';
import { requestHttps } from '../../transports/https-client.ts';
import type { HttpsResponse, HttpsTarget } from '../../transports/https-client.ts';
import { RedfishError, refusedBy } from './redfish-error.ts';

export interface RedfishOptions {
  signal?: AbortSignal;
  /** Of each request, ms. Default 10 s: BMCs are slow, and a shorter time would only make them slower. */
  timeoutMs?: number;
}

/** Reads that failed on the way are tried twice more; a BMC drops a connection now and then. */
const readRetries = 2;

function worthAnotherTry(error: Error): boolean {
  if (error instanceof HttpsError) return error.kind === 'unreachable' || error.kind === 'timeout' || error.kind === 'answer';
  return error instanceof RedfishError && error.status >= 500;
}

/** Reads a resource and judges its shape. Retried, because reading changes nothing. */
export async function readResource<T>(target: HttpsTarget, path: string, shape: z.ZodType<T>, options: RedfishOptions): Promise<T> {
  const where = `GET ${target.baseUrl}${path}`;
  return pRetry(async () => {
    const response = await requestHttps(target, { method: 'GET', path, ...options });
    if (response.status !== 200) throw refusedBy(where, response);
    let document: unknown;
    try {
      document = JSON.parse(response.body);
    } catch {
      throw new RedfishError(`${where}: the answer is not JSON. Is this address that of a BMC with Redfish?`, response.status);
    }
    const read = shape.safeParse(document);
    if (read.success) return read.data;
    throw new RedfishError(`${where}: the answer lacks what Redfish promises: ${read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}.`, response.status);
  }, { retries: readRetries, minTimeout: 200, factor: 2, shouldRetry: ({ error }) => worthAnotherTry(error), ...(options.signal === undefined ? {} : { signal: options.signal }) });
}

/** Posts once, never again by itself: what a lost answer stood for is unknown. */
export async function postAction(target: HttpsTarget, path: string, body: unknown, options: RedfishOptions): Promise<HttpsResponse> {
  const response = await requestHttps(target, { method: 'POST', path, body, ...options });
  if (response.status < 200 || response.status > 299) throw refusedBy(`POST ${target.baseUrl}${path}`, response);
  return response;
}
