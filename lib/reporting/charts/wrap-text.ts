/** A part of a text that is too long for a line, cut where a name may be: behind a dot, a comma, a colon, an underscore or a hyphen, else anywhere. */
function piecesOf(word: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = word;
  while (rest.length > most) {
    const at = Math.max(...['.', ',', ':', '_', '-'].map((mark) => rest.lastIndexOf(mark, most - 1) + 1));
    const cut = at > most / 2 ? at : most;
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  return [...pieces, rest];
}

/** A text in lines of at most so many characters, broken between words where that is possible. Nothing is left out. */
export function wrapText(text: string, most: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ').flatMap((whole) => piecesOf(whole, most).map((piece, index) => ({ piece, glued: index > 0 })))) {
    const last = lines.at(-1) ?? '';
    const joined = last === '' ? word.piece : `${last}${word.glued ? '' : ' '}${word.piece}`;
    if (joined.length <= most && !(word.glued && last !== '')) lines[lines.length - 1] = joined;
    else lines.push(word.piece);
  }
  return lines;
}
