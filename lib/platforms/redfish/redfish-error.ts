import { z } from 'zod';
import type { HttpsResponse } from '../../transports/https-client.ts';
import { quote, scrub } from '../../record/scrub.ts';

/** The BMC answered, but not with what was asked for. */
export class RedfishError extends Error {
  override readonly name = 'RedfishError';
  /** HTTP status of its answer. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(scrub(message));
    this.status = status;
  }
}

/** DSP0266, "Error responses": the message of the error, and what it says in detail. */
const errorBody = z.object({
  error: z.object({
    message: z.string().optional(),
    '@Message.ExtendedInfo': z.array(z.object({ Message: z.string().optional(), Resolution: z.string().optional() })).optional(),
  }),
});

/** Longest stretch of an answer that is quoted in an error. */
const quotedCharacters = 300;

function ownWords(body: string): string {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return quote(body.trim(), quotedCharacters);
  }
  const read = errorBody.safeParse(document);
  if (!read.success) return '';
  const extended = (read.data.error['@Message.ExtendedInfo'] ?? []).flatMap((info) => [info.Message ?? '', info.Resolution ?? '']);
  const words = extended.filter((text) => text !== '');
  return quote(words.length > 0 ? words.join(' ') : (read.data.error.message ?? ''), quotedCharacters);
}

const remedies: Readonly<Record<number, string>> = {
  401: 'Check the user and password that the environment file refers to; a BMC on which basic authentication is switched off wants nodes[].power.login: session.',
  403: 'The account may not do this: give it the privilege to configure and to switch the system.',
  404: 'Check the address, and nodes[].power.system if it is set.',
  503: 'The BMC is busy or starting: try again in a minute.',
};

/** An answer of 4xx or 5xx as an error, with the BMC's own words and what to do. */
export function refusedBy(where: string, response: HttpsResponse): RedfishError {
  const words = ownWords(response.body);
  return new RedfishError([`${where}: the BMC answers ${response.status}.`, words, remedies[response.status] ?? ''].filter((part) => part !== '').join(' '), response.status);
}
