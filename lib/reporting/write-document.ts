import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../record/atomic-file.ts';
import { chartsOf, documentHtml, documentMarkdown } from './document.ts';
import type { Document } from './document.ts';

/** Files that were written, absolute. */
export interface DocumentPaths {
  html: string;
  markdown: string;
  json: string;
  charts: string;
}

/**
 * Writes a document as `<name>.html`, `<name>.md` and `<name>.json` (what it was made of), and its charts as files below `charts/`.
 * What stood there under these names is replaced.
 *
 * @throws Error when the folder cannot be written.
 */
export function writeDocument(folder: string, name: string, document: Document, json: unknown): DocumentPaths {
  const paths = { html: join(folder, `${name}.html`), markdown: join(folder, `${name}.md`), json: join(folder, `${name}.json`), charts: join(folder, 'charts') };
  rmSync(paths.charts, { recursive: true, force: true });
  mkdirSync(paths.charts, { recursive: true });
  for (const chart of chartsOf(document)) writeAtomically(join(paths.charts, chart.name), chart.svg);
  writeAtomically(paths.json, `${JSON.stringify(json, null, 2)}\n`);
  writeAtomically(paths.markdown, documentMarkdown(document));
  writeAtomically(paths.html, documentHtml(document));
  return paths;
}
