/** Control characters (but tab and line feed), and characters that turn the direction of what follows. */
const unprintable = /(?![\t\n])[\p{Cc}\p{Cs}\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/gu;

/** A text from outside that can do nothing to a terminal and is allowed in XML: what is not printable shows as `\u{...}`. */
export function plainText(text: string): string {
  return text.replace(unprintable, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** As `plainText`, on one line. */
export function oneLine(text: string): string {
  return plainText(text.replace(/\s*[\r\n]+\s*/g, ' '));
}
