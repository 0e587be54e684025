import axios, { isAxiosError } from 'axios';
import { HttpsError } from './https-error.ts';
import type { Trust } from './judge-certificate.ts';
import { CertificateError, trustedAgent } from './trusted-agent.ts';

export interface HttpsTarget extends Trust {
  /** `https://host[:port]`, to which every path is appended. */
  baseUrl: string;
  /** Sent as basic authentication. */
  credentials?: { user: string; password: string };
  headers?: Record<string, string>;
}

export interface HttpsRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Begins with one slash. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, as a URL-encoded form. */
  form?: string;
  /** From the call to the last byte of the answer, ms. Default 10 s. */
  timeoutMs?: number;
  /** For the connection and its TLS handshake, ms; a shorter time tells a dead host from a slow answer. Default: `timeoutMs`. */
  connectTimeoutMs?: number;
  signal?: AbortSignal;
}

/** An answer, whatever its status. */
export interface HttpsResponse {
  status: number;
  /** The reason phrase of the status line; some servers say there what went wrong, and nowhere else. */
  reason: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

const defaultTimeoutMs = 10_000;
/** No answer that we ask for comes near it; it bounds what a confused server can make us keep. */
const maxAnswerBytes = 16 * 1024 * 1024;
const noConnection = /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EADDRNOTAVAIL|EPROTO)$/;

function explain(error: unknown, where: string, sent: boolean, deadline: AbortSignal, timeoutMs: number, signal: AbortSignal | undefined): HttpsError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const maybe = sent ? '; the request may have been carried out' : '';
  const cause = isAxiosError(error) ? error.cause : error;
  if (signal?.aborted === true) return new HttpsError('aborted', `${where}: given up${maybe}.`, sent);
  if (cause instanceof CertificateError) return new HttpsError('certificate', `${where}: ${cause.message}. Nothing was sent to it.`, false);
  if (!sent && code === 'ETIMEDOUT') return new HttpsError('timeout', `${where}: ${message}. Look whether it is off or cut off.`, false);
  if (deadline.aborted || code === 'ETIMEDOUT' || code === 'ECONNABORTED') return new HttpsError('timeout', `${where}: no complete answer within ${timeoutMs} ms${maybe}. Look whether it is overloaded or cut off.`, sent);
  if (!sent || noConnection.test(code)) return new HttpsError('unreachable', `${where}: no connection (${message}). Check the address, the network and that the service runs.`, sent);
  return new HttpsError('answer', `${where}: the answer broke off (${message})${maybe}.`, sent);
}

/**
 * One HTTPS request over a connection of its own, without a proxy and without following redirects.
 *
 * @returns the answer, whatever its status
 * @throws HttpsError when there is none
 */
export async function requestHttps(target: HttpsTarget, request: HttpsRequest): Promise<HttpsResponse> {
  const { method, path, body, form, timeoutMs = defaultTimeoutMs, connectTimeoutMs = timeoutMs, signal } = request;
  if (!target.baseUrl.startsWith('https://')) throw new Error(`${target.baseUrl}: only https:// is spoken here; write the address so.`);
  if (!/^\/(?!\/)/.test(path)) throw new Error(`"${path}" is not a path on ${target.baseUrl}: it must begin with one slash.`);
  const url = new URL(path, target.baseUrl);
  const where = `${method} ${url.origin}${url.pathname}`;
  const deadline = AbortSignal.timeout(timeoutMs);
  let sent = false;
  const httpsAgent = trustedAgent(target, Math.min(connectTimeoutMs, timeoutMs), () => { sent = true; });
  try {
    const response = await axios.request<string>({
      url: url.href, method, httpsAgent, proxy: false, maxRedirects: 0, adapter: 'http', responseType: 'text', transformResponse: (text: string) => text,
      validateStatus: () => true, maxContentLength: maxAnswerBytes, timeout: timeoutMs, signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
      headers: { Accept: 'application/json', ...target.headers, ...(form !== undefined ? { 'Content-Type': 'application/x-www-form-urlencoded' } : body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(form !== undefined ? { data: form } : body === undefined ? {} : { data: JSON.stringify(body) }),
      ...(target.credentials === undefined ? {} : { auth: { username: target.credentials.user, password: target.credentials.password } }),
    });
    const headers = Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
    return { status: response.status, reason: response.statusText, headers: Object.fromEntries(headers), body: response.data };
  } catch (error) {
    throw explain(error, where, sent, deadline, timeoutMs, signal);
  } finally {
    httpsAgent.destroy();
  }
}
