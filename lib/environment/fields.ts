import { isIP } from 'node:net';
import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { wordUnknownKeys } from './messages.ts';

/** A block of keys in which any other key is an error that says what may have been meant. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? wordUnknownKeys(issue.keys, Object.keys(shape)) : undefined) });
}

/** A text that must satisfy a condition; `explain` says what is wrong and what to do, null when nothing is. */
function textThat(explain: (text: string) => string | null, meta: Record<string, string>): z.ZodString {
  return z.string().meta(meta).check((context) => {
    const message = explain(context.value);
    if (message !== null) context.issues.push({ code: 'custom', message, input: context.value });
  });
}

/** Names reach screens, file names and command lines: printable, and never an option. */
export const printableName = textThat(
  (text) => (/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u.test(text) && text === text.trim() && !text.startsWith('-') ? null : 'is not a name. Use printable characters, no space at either end, no - at the beginning.'),
  { description: 'A name: printable characters, not starting with -' },
);

function addressProblem(text: string): string | null {
  if (isIP(text) !== 0) return null;
  if (text.includes('://') || text.includes('/')) return `"${text}" is not an address. Write the IP address or host name alone, without scheme, path or mask.`;
  if (/^[^:]+:\d+$/.test(text) || text.startsWith('[')) return `"${text}" is not an address. Write the IP address or host name alone; a port has a key of its own.`;
  const labels = text.split('.');
  const isHostName = text.length <= 253 && labels.every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
  return isHostName ? null : `"${text}" is neither an IP address nor a host name. Write one, for example 192.0.2.11 or n1.example.org.`;
}

export const address = textThat(addressProblem, { description: 'An IP address or a host name, without port' });

/** Guests are probed where they are: a name would put the resolver between them and the measurement. */
export const ipAddress = textThat(
  (text) => addressProblem(text) ?? (isIP(text) === 0 ? `"${text}" is a host name. Write the IP address of the guest: its name may stop resolving just when the guest is measured.` : null),
  { description: 'An IP address, without port' },
);

/** A URL of one of the given protocols, for example `https:`. */
export function url(...protocols: string[]): z.ZodString {
  return textThat(
    (text) => {
      const parsed = URL.parse(text);
      if (parsed === null || !protocols.includes(parsed.protocol)) return `"${parsed === null || parsed.password === '' ? text : '...'}" is not a URL that can be used here. Write ${protocols.map((protocol) => `${protocol}//host/...`).join(' or ')}.`;
      return parsed.username === '' && parsed.password === '' ? null : 'holds a user or a password. Take them out: secrets stand under credentials, as references.';
    },
    { description: `A URL (${protocols.join(' ')})`, format: 'uri' },
  );
}

/** A duration with its unit; milliseconds once parsed. */
export const duration = z
  .string({ error: (issue) => (issue.input === undefined ? undefined : 'is not a duration. Write a number with its unit, one of us, ms, s, m, h, for example 10ms or 1.5s.') })
  .meta({ description: 'A duration with its unit: us, ms, s, m or h, for example 10ms or 1.5s', examples: ['10ms'] })
  .transform((text, context) => {
    try {
      return parseDuration(text);
    } catch (error) {
      context.issues.push({ code: 'custom', message: (error as Error).message, input: text });
      return z.NEVER;
    }
  });

export const port = z.int().min(1).max(65_535);

/** A time of day twice, as insideWindow of lib/safety reads it. */
export const maintenanceWindow = textThat(
  (text) => {
    const time = '(?:[01]\\d|2[0-3]):[0-5]\\d';
    if (!new RegExp(`^${time}-${time}$`).test(text)) return `"${text}" is not a window. Write HH:MM-HH:MM in local time, for example 22:00-05:00.`;
    const [from, to] = text.split('-');
    return from === to ? `"${text}" is an empty window. Write a later end, or leave the windows out to allow any time.` : null;
  },
  { description: 'A window of local time, HH:MM-HH:MM; it may cross midnight', pattern: '^\\d\\d:\\d\\d-\\d\\d:\\d\\d$' },
);

/** A command as a list: the program, then its arguments. No shell takes it apart. */
export const command = z.array(z.string()).min(1).meta({ description: 'A command: the program, then each of its arguments' });
