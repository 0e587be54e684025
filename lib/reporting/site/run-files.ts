import { existsSync, lstatSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';

/** A file of a run that the site gives out, its path relative to the run's folder. */
export interface RunFile {
  path: string;
  title: string;
  type: string;
}

const reports: readonly RunFile[] = [
  { path: 'allure-report/index.html', title: 'Allure report', type: 'text/html; charset=utf-8' },
  { path: 'summary.md', title: 'Summary (Markdown)', type: 'text/plain; charset=utf-8' },
  { path: 'verdicts.json', title: 'Verdicts (JSON)', type: 'application/json' },
  { path: 'junit.xml', title: 'JUnit', type: 'application/xml' },
];

const chartTypes: Record<string, string> = { '.svg': 'image/svg+xml', '.png': 'image/png', '.csv': 'text/csv; charset=utf-8' };

/** A plain file that lies in the folder itself: no link leads out of it. */
function isWithin(folder: string, path: string): boolean {
  const file = join(folder, path);
  return existsSync(file) && lstatSync(file).isFile() && realpathSync(file).startsWith(`${realpathSync(folder)}${sep}`);
}

/** The reports and charts of a run that are there. */
export function filesOfRun(folder: string): RunFile[] {
  const below = join(folder, 'charts');
  const charts = existsSync(below) ? readdirSync(below).toSorted().flatMap((name): RunFile[] => {
    const type = chartTypes[name.slice(-4)];
    return type === undefined ? [] : [{ path: `charts/${name}`, title: name, type }];
  }) : [];
  return [...reports, ...charts].filter(({ path }) => isWithin(folder, path));
}

/** A file of a run by its path, one of those that the site gives out; null for any other. */
export function readRunFile(folder: string, path: string): { type: string; body: Buffer } | null {
  const file = filesOfRun(folder).find((one) => one.path === path);
  return file === undefined ? null : { type: file.type, body: readFileSync(join(folder, file.path)) };
}
