import { createHmac } from 'node:crypto';
import { Agent } from 'node:https';
import axios from 'axios';
import pRetry, { AbortError } from 'p-retry';

export interface WebhookTarget {
  url: string;
  /** The header `Authorization`, as it is. */
  authorization?: string;
  /** With it the body is signed: `X-HA-Acceptance-Signature: sha256=<HMAC-SHA-256 in hexadecimal>`. */
  secret?: string;
  /** The authority that signed the server's certificate, PEM. */
  ca?: string;
}

/** A receiver that does not answer in this time is tried again, ms. */
const answerMs = 10_000;
/** The first wait before another try; it doubles, ms. */
const firstWaitMs = 1000;
const retries = 2;

/**
 * Posts a JSON document. A server that fails or is not reached is tried again twice; one that refuses is not. Redirections are not
 * followed: the document is for the one that was named.
 *
 * @throws Error without the URL, which may be a secret.
 */
export async function postWebhook({ url, authorization, secret, ca }: WebhookTarget, document: unknown, { waitMs = firstWaitMs }: { waitMs?: number } = {}): Promise<void> {
  const body = JSON.stringify(document);
  const headers = {
    'Content-Type': 'application/json',
    ...(authorization === undefined ? {} : { Authorization: authorization }),
    ...(secret === undefined ? {} : { 'X-HA-Acceptance-Signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }),
  };
  const post = async (): Promise<void> => {
    const { status } = await axios.post(url, body, { headers, timeout: answerMs, signal: AbortSignal.timeout(answerMs), maxRedirects: 0, validateStatus: () => true, responseType: 'text', ...(ca === undefined ? {} : { httpsAgent: new Agent({ ca, rejectUnauthorized: true }) }) });
    if (status >= 500 || status === 429) throw new Error(`it answered with status ${status}`);
    if (status >= 300) throw new AbortError(`it answered with status ${status}`);
  };
  // Only its words: the error itself carries the request with its headers.
  const failure = await pRetry(post, { retries, minTimeout: waitMs }).then(() => null, ({ message, code }: Error & { code?: string }) => message || (code ?? 'no reason was given'));
  if (failure !== null) throw new Error(`The webhook was not reached or refused: ${failure}. See notify.webhook of the environment file.`);
}
