import { writingsOf } from './writings.ts';

/** Shorter texts are not taken as secrets, in characters: they would tear up every sentence. */
const minimumLength = 4;
/** A run of letters and figures in a secret that is as long as this tells it by itself, however the rest of it is escaped. */
const tellingRun = /[\p{L}\p{N}]{12,}/gu;

/** What matches every writing of a part of a secret, by the part; the longest first, of which the others may be parts. Each by itself: of all in one, the time to compile would grow with the square. */
let patterns = new Map<string, RegExp>();

/**
 * The texts by which a secret is also known: the lines of a PEM without its frame, the password of `user:password`
 * (the user is no secret, and is often `root`), the value of an API token `user@realm!name=value`.
 */
function partsOf(secret: string): string[] {
  if (/[\r\n]/.test(secret)) return [secret, ...secret.split(/[\r\n]+/).map((line) => line.trim()).filter((line) => !line.startsWith('-----'))];
  const [, password = ''] = /^[^:]+:(.+)$/.exec(secret) ?? [];
  const [, token = ''] = /^[^=]+![^=]+=(.+)$/.exec(secret) ?? [];
  const telling = [password, token].filter((part) => part !== '');
  return [secret, ...telling, ...(telling.length > 0 ? telling : [secret]).flatMap((part) => part.match(tellingRun) ?? [])];
}

/**
 * Whether `scrub` can keep this secret out of the record: not when it, or the part of it that tells (a password, a token), is
 * shorter than 4 characters. The last line of a PEM may be: it tells nothing without the others.
 */
export function canBeScrubbed(secret: string): boolean {
  const parts = /[\r\n]/.test(secret) ? [secret] : partsOf(secret).filter((part) => part !== '');
  return parts.every((part) => part.length >= minimumLength);
}

/** From now on `scrub` removes this text, its telling parts, and each of them in every writing of `writingsOf`. */
export function registerSecret(secret: string): void {
  for (const part of partsOf(secret)) {
    if (part.length < minimumLength || patterns.has(part)) continue;
    const sources = writingsOf(part, !/[\r\n]/.test(secret)).toSorted((a, b) => b.weight - a.weight).map(({ source }) => source);
    patterns.set(part, new RegExp(sources.join('|'), 'g'));
  }
  patterns = new Map([...patterns].toSorted(([a], [b]) => b.length - a.length));
}

/** The text with `[secret]` in the place of every registered secret. */
export function scrub(text: string): string {
  let left = text;
  // No writing is shorter than what it stands for; most texts are shorter than a line of a private key.
  for (const [part, pattern] of patterns) if (left.length >= part.length) left = left.replace(pattern, '[secret]');
  return left;
}

/**
 * The beginning of a text, without secrets. They are removed before it is cut: of one that the cut divides, the first
 * half would be known to nobody and would stay.
 *
 * @param length characters
 */
export function quote(text: string, length: number): string {
  return scrub(text).slice(0, length);
}

/** The end of a text, as `quote` does it. @param length characters; more than none */
export function quoteEnd(text: string, length: number): string {
  return scrub(text).slice(-length);
}
