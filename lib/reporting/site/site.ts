import { readFileSync } from 'node:fs';
import { blocksHtml } from '../document.ts';
import type { Document } from '../document.ts';
import type { EventsPerYear } from '../comparison/availability.ts';
import { comparisonDocument } from '../comparison/comparison-document.ts';
import { compare } from '../comparison/compare.ts';
import type { Margins } from '../comparison/pairs.ts';
import { CannotCompare, sidesOf } from '../comparison/side.ts';
import { lossStripBlocks } from '../comparison/strip-document.ts';
import { commandLine } from '../command-line.ts';
import { historyDocument } from '../history/history-document.ts';
import { historyOf } from '../history/history.ts';
import type { DeclaredIssue } from '../history/known-issue.ts';
import { readJudgedRun, readJudgedRuns } from '../judged-run.ts';
import { fileAnswer, pageAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import { environmentsOf, folderOf, foldersOf } from './catalogue.ts';
import type { SiteSources } from './catalogue.ts';
import { refusalPage, sitePage, trendsPath } from './layout.ts';
import { readRunFile } from './run-files.ts';
import { runPage } from './run-page.ts';
import { startPage } from './start-page.ts';

/** Everything that the site is made of. */
export interface Site extends SiteSources {
  tool: string;
  /** What an environment declares as known. Throws with a sentence when that cannot be read. */
  issuesOf: (environment: string) => readonly DeclaredIssue[];
  /** How many of the newest runs a trend looks at, as `history` does. */
  trendRuns: number;
  /** One margin as `compare` takes it, added to those before. Throws with a sentence for anything else. */
  parseMargin: (text: string, gathered: Margins) => Margins;
}

/** No frequencies are declared on the page: each row is taken to happen once a year, as `compare` does without `--events`. */
const noEvents: EventsPerYear = {};

function inSite(site: Site, path: string, { title, blocks }: Document): string {
  return sitePage(title, blocksHtml(blocks), { environments: environmentsOf(site), path });
}

function refuse(site: Site, status: number, title: string, message: string): Answer {
  return pageAnswer(status, refusalPage(title, message, { environments: environmentsOf(site), path: '' }));
}

/** What `history` makes of an environment. */
function trends(site: Site, environment: string): Answer {
  const { runs, unreadable } = readJudgedRuns([...foldersOf(site, environment).values()].slice(-site.trendRuns));
  const history = historyOf(runs, { environment, issues: site.issuesOf(environment), today: new Date().toISOString().slice(0, 10), tool: site.tool, unreadable });
  return pageAnswer(200, inSite(site, trendsPath(environment), historyDocument(history)));
}

/** What `compare` makes of the runs that were chosen, or why it refuses them. */
function comparison(site: Site, query: URLSearchParams): Answer {
  const cannot = 'These runs are not compared';
  const [runs, against] = [[...new Set(query.getAll('run'))], [...new Set(query.getAll('against'))]];
  const unknown = [...runs, ...against].find((name) => folderOf(site, name) === null);
  if (unknown !== undefined) return refuse(site, 404, cannot, `There is no run "${unknown}" here. Choose the runs in the list.`);
  if (runs.length === 0) return refuse(site, 400, cannot, 'No run was chosen under "Compare". Choose the runs in the list, of two environments or with others to hold them against.');
  const margins = (query.get('margin') ?? '').split(/\s+/).filter((word) => word !== '');
  let declared: Margins = {};
  try {
    for (const margin of margins) declared = site.parseMargin(margin, declared);
  } catch (error) {
    return refuse(site, 400, cannot, `The margin cannot be taken: ${(error as Error).message}`);
  }
  try {
    const [first, second] = [runs, against].map((names) => names.map((name) => readJudgedRun(folderOf(site, name) ?? '')));
    const command = commandLine(['compare', ...margins.flatMap((margin) => ['--margin', margin]), ...runs, ...(against.length === 0 ? [] : ['--against', ...against])]);
    const sides = sidesOf(first ?? [], second ?? []);
    const compared = compare(sides, { margins: declared, events: noEvents, tool: site.tool, command });
    return pageAnswer(200, inSite(site, '/compare', comparisonDocument(compared, lossStripBlocks(compared, sides))));
  } catch (error) {
    if (error instanceof CannotCompare) return refuse(site, 409, cannot, error.message);
    throw error;
  }
}

/** Segments of a path, decoded; null when it is not decodable. */
function segmentsOf(path: string): string[] | null {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return null;
  }
}

function runAnswer(site: Site, environment: string, id: string, rest: readonly string[]): Answer | null {
  const folder = folderOf(site, `${environment}/${id}`);
  if (folder === null) return null;
  if (rest.length === 0) return pageAnswer(200, runPage(site, environment, id, folder));
  const file = readRunFile(folder, rest.join('/'));
  return file === null ? null : fileAnswer(file.type, file.body);
}

function find(site: Site, { pathname, searchParams }: URL): Answer | null {
  const [first, second, third, ...rest] = segmentsOf(pathname) ?? [];
  if (first === '' && second === undefined) return pageAnswer(200, startPage(site, searchParams.has('all')));
  if (first === 'compare' && second === undefined) return comparison(site, searchParams);
  if (first === 'merged' && second === undefined && site.merged !== null) return fileAnswer('text/html; charset=utf-8', readFileSync(site.merged));
  if (first === 'trends' && second !== undefined && third === undefined && environmentsOf(site).includes(second)) return trends(site, second);
  if (first === 'runs' && second !== undefined && third !== undefined) return runAnswer(site, second, third, rest);
  return null;
}

/** What the site answers to a path with its query. Never throws: what cannot be shown is said on a page. */
export function answerOf(site: Site, url: URL): Answer {
  try {
    return find(site, url) ?? refuse(site, 404, 'There is no such page', 'Nothing of this name is shown here.');
  } catch (error) {
    return pageAnswer(500, refusalPage('This page cannot be made', (error as Error).message, { environments: [], path: '' }));
  }
}
