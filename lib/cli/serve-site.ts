import { join, resolve } from 'node:path';
import { realpathSync } from 'node:fs';
import { readDescription } from '../record/run-reader.ts';
import { serveSite } from '../reporting/serve.ts';
import { gatherMargin } from './compare.ts';
import { knownIssuesOf, usualRuns } from './history.ts';
import { reportsFolder } from './places.ts';
import { toolVersion } from '../record/tool-version.ts';

/**
 * Shows runs, trends and comparisons in a browser until a signal ends it: of the environments of these runs, or of all without any.
 *
 * @param folders of the runs that were named.
 * @param merged the one report over them; null when there is none.
 */
export async function serveRuns(folders: readonly string[], merged: string | null): Promise<void> {
  const root = resolve(reportsFolder());
  const runs = folders.map((folder) => ({ folder, ...readDescription(folder) }));
  const outside = runs.filter(({ folder, environment, run }) => realpathSync(folder) !== join(realpathSync(root), environment, run));
  const { url, closed } = await serveSite({
    root,
    environments: runs.length === 0 ? null : [...new Set(runs.map(({ environment }) => environment))],
    named: new Map(outside.map(({ folder, environment, run }) => [`${environment}/${run}`, folder])),
    merged,
    tool: toolVersion(),
    issuesOf: knownIssuesOf,
    trendRuns: usualRuns,
    parseMargin: gatherMargin,
  });
  process.stdout.write(`serving at ${url} until Ctrl-C\n`);
  await closed;
}
