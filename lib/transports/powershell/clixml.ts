/** PowerShell writes its error stream as XML when standard error is a pipe, once for each PowerShell that it passes through. */
const maxDepth = 3;
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decode(text: string): string {
  return text
    .replaceAll(/&(lt|gt|amp|quot|apos);/g, (_whole, name: string) => entities[name] ?? '')
    .replaceAll(/&#(\d+);/g, (_whole, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function textsOf(standardError: string, depth: number): string {
  const start = standardError.indexOf('#< CLIXML');
  if (start === -1 || depth === 0) return standardError;
  // Progress records are objects (<Obj S="progress">), never strings: they are left out by this.
  const inner = [...standardError.slice(start).matchAll(/<S S="(?:Error|Warning|warning|error)">([^<]*)<\/S>/g)].map(([, text = '']) => decode(text)).join('');
  return `${standardError.slice(0, start)}\n${textsOf(inner, depth - 1)}`;
}

/** What a Windows host wrote to standard error, readable, for the log only: that something stands there never means a failure. */
export function readableErrors(standardError: string): string[] {
  return textsOf(standardError, maxDepth).split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '');
}
