import type { Verdicts } from '../../record/types.ts';
import { blocksHtml } from '../document.ts';
import { escapeHtml } from '../html.ts';
import { sayCounts, sayDuration, simulatedWarning, verdictWords } from '../words.ts';
import { environmentsOf, listRun, runName, toolOf } from './catalogue.ts';
import type { SiteSources } from './catalogue.ts';
import { link, runPath, sitePage } from './layout.ts';
import { filesOfRun } from './run-files.ts';

/** Whether any figure was judged by a limit that this tool set. */
function usesDefaults(verdicts: Verdicts | null): boolean {
  return verdicts?.scenarios.some(({ measurements }) => measurements.some(({ limitFrom }) => limitFrom === 'default')) ?? false;
}

/** The page of one run: what it was, its verdicts with their reasons, and the ways to its reports and charts. */
export function runPage(sources: SiteSources, environment: string, id: string, folder: string): string {
  const run = listRun(environment, id, folder);
  const { description, verdicts, trouble } = run;
  const path = runPath(environment, id);
  const files = filesOfRun(folder);
  const links = (wanted: typeof files): string => `<ul>${wanted.map((file) => `<li>${link(`${path}/${file.path.split('/').map(encodeURIComponent).join('/')}`, file.title)}</li>`).join('')}</ul>`;
  const [reports, charts] = [files.filter((file) => !file.path.startsWith('charts/')), files.filter((file) => file.path.startsWith('charts/'))];
  const facts: [string, string][] = description === null ? [] : [
    ['Begun', description.anchor.wall],
    ['Cluster', description.cluster === null ? 'never answered' : description.cluster.name],
    ['Platform', [description.platform, ...Object.entries(description.cluster?.versions ?? {}).map(([name, version]) => `${name} ${version}`)].join(', ')],
    ['Profile', description.profile ?? 'none'],
    ['Prober', `${description.prober.engine}, every ${description.prober.periodMs} ms`],
    ['Limits from', `${description.limitsFrom}${usesDefaults(verdicts) ? '; else default' : ''}`],
    ['Tool', toolOf(run) ?? ''],
  ];
  const parts = [
    ...(trouble === null ? [] : [blocksHtml([{ warning: trouble }])]),
    ...(verdicts === null ? [blocksHtml([{ warning: `There are no verdicts of this run: it goes on, or was interrupted, or is of an older version, or verdicts.json or its events were changed since. Make them with: npx --no ha-acceptance report ${runName(run)}` }])] : [
      `<p><strong>${verdictWords[verdicts.verdict].mark} ${verdictWords[verdicts.verdict].word}</strong>: ${escapeHtml(sayCounts(verdicts.scenarios))}.</p>`,
      ...(verdicts.incomplete ? [blocksHtml([{ warning: 'The record is incomplete.' }])] : []),
      ...(verdicts.simulated ? [blocksHtml([{ warning: simulatedWarning }])] : []),
    ]),
    `<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>`,
    '<h2>Reports</h2>',
    reports.length === 0 ? `<p>None was made yet: npx --no ha-acceptance report ${escapeHtml(runName(run))}</p>` : links(reports),
    ...(verdicts === null ? [] : [blocksHtml([{ heading: 'Scenarios' }, { table: { head: ['Verdict', 'Scenario', 'Took', 'Why'], rows: verdicts.scenarios.map(({ id: scenario, verdict, duration, reason }) => [`${verdictWords[verdict].mark} ${verdictWords[verdict].word}`, scenario, sayDuration(duration), reason ?? '']) } }])]),
    ...(charts.length === 0 ? [] : ['<h2>Charts and figures</h2>', links(charts)]),
  ];
  return sitePage(`Run ${runName(run)}`, parts.join('\n'), { environments: environmentsOf(sources), path });
}
