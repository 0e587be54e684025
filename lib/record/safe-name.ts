import { extname } from 'node:path';

const longestName = 100;

/**
 * A file name from a text that may come from the cluster: letters, digits, dot, dash and underscore only, never hidden, never
 * empty, no longer than 100 characters. Different texts may give the same name.
 */
export function safeName(text: string): string {
  const plain = text.normalize('NFKD').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+|[.-]+$/g, '');
  const extension = extname(plain).slice(0, 12);
  return (plain.length > longestName ? plain.slice(0, longestName - extension.length) + extension : plain) || 'file';
}

/** The name with a number before its extension: `log.txt`, 2 -> `log-2.txt`. The first has none. */
export function numberedName(name: string, number: number): string {
  const extension = extname(name);
  return number === 1 ? name : `${name.slice(0, name.length - extension.length)}-${number}${extension}`;
}
