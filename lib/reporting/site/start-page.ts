import { escapeHtml } from '../html.ts';
import { sayCounts, verdictWords } from '../words.ts';
import { environmentsOf, foldersOf, listRun, runName, toolOf } from './catalogue.ts';
import type { ListedRun, SiteSources } from './catalogue.ts';
import { link, runPath, sitePage, trendsPath } from './layout.ts';

/** So many of the newest runs of an environment are listed, unless all are asked for. */
const usuallyListed = 100;

/** A moment for people: `2026-11-21 02:00 UTC`. */
function sayMoment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

function versionsOf({ description }: ListedRun): string {
  if (description === null) return '';
  return [description.platform, ...Object.entries(description.cluster?.versions ?? {}).map(([name, version]) => `${name} ${version}`)].join(', ');
}

function sayVerdict({ verdicts, trouble }: ListedRun): string {
  if (trouble !== null) return `cannot be read: ${trouble}`;
  if (verdicts === null) return 'no verdicts yet: it runs, or was interrupted, or is of an older version, or verdicts.json or its events were changed since; "ha-acceptance report" makes them';
  return `${verdictWords[verdicts.verdict].mark} ${verdictWords[verdicts.verdict].word}${verdicts.incomplete ? ', record incomplete' : ''}${verdicts.simulated ? ', simulated cluster' : ''}`;
}

function row(run: ListedRun): string {
  const { environment, id, description, verdicts } = run;
  const name = runName(run);
  const tick = (side: 'run' | 'against', says: string): string => `<td class="tick">${description === null ? '' : `<input type="checkbox" name="${side}" value="${escapeHtml(name)}" aria-label="${escapeHtml(`${says} ${name}`)}">`}</td>`;
  const texts = [sayVerdict(run), verdicts === null ? '' : sayCounts(verdicts.scenarios), description === null ? '' : sayMoment(description.anchor.wall), description?.profile ?? '', versionsOf(run), toolOf(run) ?? ''];
  return `<tr>${tick('run', 'Compare')}${tick('against', 'Against')}<th scope="row">${link(runPath(environment, id), id)}</th>${texts.map((text) => `<td>${escapeHtml(text)}</td>`).join('')}</tr>`;
}

function section(sources: SiteSources, environment: string, all: boolean): string {
  const folders = [...foldersOf(sources, environment)].toReversed();
  const shown = all ? folders : folders.slice(0, usuallyListed);
  const head = ['Compare', 'Against', 'Run', 'Verdict', 'Scenarios', 'Begun', 'Profile', 'Platform and versions', 'Tool'];
  const older = folders.length - shown.length;
  return `<section aria-labelledby="runs-of-${escapeHtml(environment)}"><h2 id="runs-of-${escapeHtml(environment)}">${escapeHtml(environment)}</h2>
<p>${link(trendsPath(environment), `Trends of ${environment} over its runs`)}</p>
<div class="table"><table><caption>${folders.length} run${folders.length === 1 ? '' : 's'}, the newest first${older > 0 ? `; ${older} older ones are not listed: ${link('/?all=1', 'list all')}` : ''}</caption><thead><tr>${head.map((text) => `<th scope="col">${text}</th>`).join('')}</tr></thead>
<tbody>${shown.map(([id, folder]) => row(listRun(environment, id, folder))).join('\n')}</tbody></table></div></section>`;
}

/** The start page: every run of every environment, and the form that compares those that are chosen. */
export function startPage(sources: SiteSources, all: boolean): string {
  const environments = environmentsOf(sources);
  const merged = sources.merged === null ? '' : `<p>${link('/merged', 'One Allure report over the runs that were named')}</p>`;
  const choice = `<fieldset><legend>Compare runs</legend>
<p>Choose runs of two environments or more under &ldquo;Compare&rdquo;; or, to see what a change did, the runs before it under &ldquo;Compare&rdquo; and those after it under &ldquo;Against&rdquo;.</p>
<p><label for="margin">Margin, the largest difference that nobody would mind, declared before you look (such as 500ms, or node-failure.outage=5s; several with spaces between them):</label> <input type="text" id="margin" name="margin" autocomplete="off"> <button type="submit">Compare</button></p></fieldset>`;
  const body = environments.length === 0 ? '<p>There is no run here yet.</p>' : `${merged}<form method="get" action="/compare">${choice}\n${environments.map((environment) => section(sources, environment, all)).join('\n')}</form>`;
  return sitePage('Runs', body, { environments, path: '/' });
}
