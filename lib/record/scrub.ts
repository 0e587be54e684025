import { inspect } from 'node:util';

/** Shorter texts are not taken as secrets, in characters: they would tear up every sentence. */
const minimumLength = 4;
/** A run of letters and figures in a secret that is as long as this tells it by itself, however the rest of it is escaped. */
const tellingRun = /[\p{L}\p{N}]{12,}/gu;

const forms = new Set<string>();
let pattern: RegExp | null = null;

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

/** How templates and serializers write the characters that HTML and XML reserve; each of them leaves the others alone. */
const markups: readonly Readonly<Record<string, string>>[] = ['&quot;', '&#34;', '"'].flatMap((quote) => ['&#39;', '&#x27;', '&apos;', "'"].flatMap((apostrophe) => ['&gt;', '>'].map((greater) => ({ '&': '&amp;', '<': '&lt;', '>': greater, '"': quote, "'": apostrophe }))));

function inMarkup(text: string): string[] {
  return /[&<>"']/.test(text) ? markups.map((markup) => text.replace(/[&<>"']/g, (character) => markup[character] ?? character)) : [];
}

function insideJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The ways in which a text is written into headers, URLs, forms, command lines, JSON and markup. */
function writingsOf(text: string): string[] {
  const whole = text.toWellFormed();
  const base64 = Buffer.from(whole).toString('base64');
  const inUrl = encodeURIComponent(whole);
  const inShell = [text, text.replaceAll("'", String.raw`'\''`), text.replaceAll("'", `'"'"'`)];
  const inJson = inShell.map(insideJson);
  // A server's answer is JSON, and what we keep of it is JSON around that; how Node shows a text is a way of its own.
  const inText = [...inShell, ...inJson, ...inJson.map(insideJson), inspect(text).slice(1, -1)];
  return [
    ...inText,
    ...inText.flatMap(inMarkup),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(whole).toString('base64url'),
    inUrl,
    inUrl.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    new URLSearchParams([['', whole]]).toString().slice(1),
  ];
}

/**
 * Whether `scrub` can keep this secret out of the record: not when it, or the part of it that tells (a password, a token), is
 * shorter than 4 characters. The last line of a PEM may be: it tells nothing without the others.
 */
export function canBeScrubbed(secret: string): boolean {
  const parts = /[\r\n]/.test(secret) ? [secret] : partsOf(secret).filter((part) => part !== '');
  return parts.every((part) => part.length >= minimumLength);
}

/** From now on `scrub` removes this text, its telling parts, and each of them in base64, URL-encoded, quoted for a shell, and escaped for JSON or HTML. */
export function registerSecret(secret: string): void {
  for (const part of partsOf(secret)) {
    if (part.length < minimumLength) continue;
    for (const form of writingsOf(part)) forms.add(form);
  }
  pattern = null;
}

/** The text with `[secret]` in the place of every registered secret. */
export function scrub(text: string): string {
  if (forms.size === 0) return text;
  pattern ??= new RegExp([...forms].toSorted((a, b) => b.length - a.length).map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
  return text.replace(pattern, '[secret]');
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
