/** Shorter texts are not taken as secrets, in characters: they would tear up every sentence. */
const minimumLength = 4;

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
  return [secret, password, token];
}

/** The ways in which a text is written into headers, URLs, forms and JSON. */
function writingsOf(text: string): string[] {
  const whole = text.toWellFormed();
  const base64 = Buffer.from(whole).toString('base64');
  const inUrl = encodeURIComponent(whole);
  return [
    text,
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(whole).toString('base64url'),
    inUrl,
    inUrl.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    new URLSearchParams([['', whole]]).toString().slice(1),
    JSON.stringify(text).slice(1, -1),
  ];
}

/** From now on `scrub` removes this text, its telling parts, and each of them in base64, URL-encoded and JSON-escaped. */
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
