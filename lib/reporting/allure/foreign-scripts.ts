/** A script that is loaded from another place than the report itself. */
const foreignScript = /^<script\b[^>]*\bsrc="https?:\/\/[^"]*"[^>]*><\/script>/;
const scriptTag = '<script';
/** Longer than any such element, bytes. */
const longest = 4096;

/**
 * The generator puts a script of an analytics service into each report. A report about somebody's cluster tells nobody that it is read.
 * Moves what follows such a script into its place, because a report may be too long to hold it twice, and returns what is left.
 */
export function withoutForeignScripts(html: Buffer): Buffer {
  let [length, from] = [0, 0];
  const keepUntil = (end: number): void => {
    html.copyWithin(length, from, end);
    length += end - from;
  };
  for (let at = html.indexOf(scriptTag); at !== -1; at = html.indexOf(scriptTag, at + 1)) {
    const [found] = foreignScript.exec(html.toString('latin1', at, at + longest)) ?? [];
    if (found === undefined) continue;
    keepUntil(at);
    from = at + found.length;
  }
  keepUntil(html.length);
  return html.subarray(0, length);
}
