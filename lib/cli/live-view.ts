/** Where progress is shown: lines that stay, and below them lines that are drawn anew. */
export interface LiveView {
  print(line: string): void;
  /** The lines at the bottom of a terminal; none removes them. Nothing elsewhere. */
  status(lines: readonly string[]): void;
}

const eraseLine = '\r\u001B[2K';
const usualColumns = 80;
const lineUp = '\u001B[1A';

/** A terminal: the last lines are drawn over and over, each cut to its width so that none takes two. */
export function terminalView(out: Pick<NodeJS.WriteStream, 'write' | 'columns'>): LiveView {
  let drawn: readonly string[] = [];
  const erased = (): string => eraseLine + `${lineUp}${eraseLine}`.repeat(Math.max(0, drawn.length - 1));
  // A terminal without a size says 0 columns.
  const width = (): number => (out.columns > 1 ? out.columns : usualColumns);
  const written = (lines: readonly string[]): string => lines.map((line) => line.slice(0, width() - 1)).join('\n');
  return {
    print: (line) => void out.write(`${erased()}${line}\n${written(drawn)}`),
    status: (lines) => {
      if (lines.length === 0 && drawn.length === 0) return;
      out.write(`${erased()}${written(lines)}`);
      drawn = lines;
    },
  };
}

/** No terminal: lines that stay, and nothing else. */
export function plainView(out: Pick<NodeJS.WriteStream, 'write'>): LiveView {
  return { print: (line) => void out.write(`${line}\n`), status: () => undefined };
}
