import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
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

/** A folder that holds a record: nothing is written into it that is not part of it. */
export class FolderOfRecord extends Error {}

/** Removes the charts that the document of that name showed, as SVG and PNG; what else lies beside them is not ours. */
function removeCharts({ markdown, charts }: DocumentPaths): void {
  if (!existsSync(markdown)) return;
  for (const [, address = ''] of readFileSync(markdown, 'utf8').matchAll(/^!\[.*\]\(charts\/([^()]+\.svg)\)$/gm)) {
    const chart = join(charts, basename(decodeURI(address)));
    for (const path of [chart, chart.replace(/\.svg$/, '.png')]) rmSync(path, { force: true });
  }
}

/**
 * Writes a document as `<name>.html`, `<name>.md` and `<name>.json` (what it was made of), and its charts as files below `charts/`.
 * What stood there under these names is replaced, with the charts of an earlier document of that name; other files are left alone.
 *
 * @throws FolderOfRecord when the folder holds a record. Error when it cannot be written.
 */
export function writeDocument(folder: string, name: string, document: Document, json: unknown): DocumentPaths {
  const paths = { html: join(folder, `${name}.html`), markdown: join(folder, `${name}.md`), json: join(folder, `${name}.json`), charts: join(folder, 'charts') };
  if (existsSync(join(folder, 'run.json'))) throw new FolderOfRecord(`${folder} holds a record (run.json). Name another folder with --out.`);
  removeCharts(paths);
  mkdirSync(paths.charts, { recursive: true });
  for (const chart of chartsOf(document)) writeAtomically(join(paths.charts, chart.name), chart.svg);
  writeAtomically(paths.json, `${JSON.stringify(json, null, 2)}\n`);
  writeAtomically(paths.markdown, documentMarkdown(document));
  writeAtomically(paths.html, documentHtml(document));
  return paths;
}
