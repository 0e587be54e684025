import { get as getPlain } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import type { Family } from '../address.ts';
import type { ProbeSpec } from '../probe.ts';
import type { AttemptFactory, Outcome } from './attempt.ts';
import { reportError } from './attempt.ts';
import { query, reportDnsError } from './dns.ts';

/** How much of a page is searched for the expected text. */
const searchedBytes = 256 * 1024;

/** Looks at a body as far as it came: right, wrong, or not to be said yet. Null in its place: the status alone counts. */
type Judge = (body: string, ended: boolean) => boolean | null;

/**
 * HTTP GET over a new connection: answered when the status is 200..399 and, where `expect` is set, its text is in the body.
 * With `resolver` the URL's host is asked of that server each time; the answer then includes the time of the query.
 * Certificates are not verified: the probe asks whether the service answers, and sends no secret.
 */
export const httpAttempts: AttemptFactory = (spec) => {
  const { expect } = spec;
  const judge: Judge | null = expect === undefined ? null : (body, ended) => (body.includes(expect) ? true : ended ? false : null);
  return (outcome) => get(spec, judge, outcome);
};

/** One GET; nothing in it waits: who started it abandons it by what this returns, whatever phase it is in. */
export function get(spec: ProbeSpec, judge: Judge | null, outcome: Outcome): () => void {
  const url = new URL(spec.target);
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  let abandonQuery = (): void => undefined;
  const lookup = spec.resolver === undefined || isIP(hostname) !== 0 ? undefined : lookupAt(spec.resolver, spec, outcome, (abandon) => (abandonQuery = abandon));
  const request: ClientRequest = (url.protocol === 'https:' ? getSecure : getPlain)(url, {
    agent: false,
    headers: { host: spec.query ?? url.host, connection: 'close', 'user-agent': 'ha-acceptance' },
    rejectUnauthorized: false,
    ...(spec.query === undefined || isIP(spec.query) !== 0 ? {} : { servername: spec.query.replace(/:\d+$/, '') }),
    ...(lookup === undefined ? {} : { lookup, autoSelectFamily: false }),
  });
  request.on('response', (response) => readResponse(response, judge, outcome, request));
  request.on('error', (error) => reportError(error, outcome));
  return () => {
    abandonQuery();
    request.destroy();
  };
}

function readResponse(response: IncomingMessage, judge: Judge | null, outcome: Outcome, request: ClientRequest): void {
  response.on('error', (error) => reportError(error, outcome));
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 399 || judge === null) {
    outcome.answered(status >= 200 && status <= 399);
    request.destroy();
    return;
  }
  let body = '';
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    body += text;
    const judged = judge(body, body.length >= searchedBytes);
    if (judged === null) return;
    outcome.answered(judged);
    request.destroy();
  });
  response.on('end', () => outcome.answered(judge(body, true) === true));
}

/** Resolves at the given server, not at the system's: an IPv4 address, or an IPv6 one of a name that has no other. */
function lookupAt(server: string, { waitMs }: ProbeSpec, outcome: Outcome, keep: (abandon: () => void) => void): LookupFunction {
  return (name, options, callback) => {
    const ask = (family: Family): void =>
      keep(
        query(server, name, family, waitMs, (error, addresses) => {
          if (error?.code === 'ENODATA' && family === 4) return ask(6);
          if (error !== null) reportDnsError(server, error, outcome);
          const found = addresses?.[0];
          if (error !== null || found === undefined) callback(new Error(`no address for ${name}`), '', family);
          else if (options.all === true) callback(null, [{ address: found, family }]);
          else callback(null, found, family);
        }),
      );
    ask(4);
  };
}
