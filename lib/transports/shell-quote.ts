/** One word for a POSIX shell: whatever it holds, the shell reads it as text and nothing else. */
function quote(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * A command line for a POSIX shell from its words. ssh hands a command to the login shell as one string, so every word is quoted.
 *
 * @throws Error when there is no word, or a word holds a NUL, which no command line can carry.
 */
export function quoteCommand(words: readonly string[]): string {
  if (words.length === 0) throw new Error('A command needs at least one word.');
  if (words.some((word) => word.includes('\0'))) throw new Error('A word of a command holds a NUL character, which no command line can carry.');
  return words.map(quote).join(' ');
}
