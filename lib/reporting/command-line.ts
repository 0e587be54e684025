/** A command of ours as it can be given again in a shell, from the project's folder: what a shell would take for more than a word is quoted. */
export function commandLine(words: readonly string[]): string {
  return ['npx --no ha-acceptance', ...words.map((word) => (/^[\w./=*-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))].join(' ');
}
