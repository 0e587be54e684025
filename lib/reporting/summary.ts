import { sayInterval, sayValue } from '../judgement/wording.ts';
import type { Calibration } from '../record/calibration.ts';
import type { PhaseAccount, PhaseName, ScenarioVerdict, Verdicts } from '../record/types.ts';
import type { Derivation } from './derive.ts';
import { sayLimit } from './judging-limits.ts';
import { escapeMarkdown, markdownTable } from './markdown.ts';
import { measurementCells, measurementHead, sayTarget } from './measurement-rows.ts';
import { oneLine } from './plain-text.ts';
import { recoveriesOf } from './recoveries.ts';
import { recoveriesFile } from './scenario-files.ts';
import { sayCounts, sayDuration, sayTool, simulatedWarning, verdictWords } from './words.ts';

/** `summary.md`: the verdict, one line of conclusion a scenario, then the figures they rest on. `charts` are files by scenario, relative. */
export function renderSummary(derivation: Derivation, charts: ReadonlyMap<string, readonly string[]> = new Map()): string {
  const { run, verdicts } = derivation;
  const { mark, word } = verdictWords[verdicts.verdict];
  const parts = [
    `# ${mark} ${word}: ${escapeMarkdown(verdicts.environment)}\n`,
    `${sayCounts(verdicts.scenarios)}. Run ${escapeMarkdown(verdicts.run)}.\n`,
    ...(run.incomplete === null ? [] : [`**The record is incomplete:** ${escapeMarkdown(run.incomplete)}.\n`]),
    ...(verdicts.simulated ? [`**${simulatedWarning}**\n`] : []),
    markdownTable(['Verdict', 'Scenario', 'Took', 'Why'], verdicts.scenarios.map(({ id, verdict, duration, reason }) => [`${verdictWords[verdict].mark} ${verdictWords[verdict].word}`, id, sayDuration(duration), reason ?? ''])),
    ...(verdicts.scenarios.flatMap(recoveriesOf).length > 1 ? [`![Phases of every recovery](charts/${recoveriesFile})\n`] : []),
    ...verdicts.scenarios.flatMap((scenario) => scenarioSection(scenario, charts.get(scenario.id) ?? [])),
    statisticsSection(verdicts),
    conditionsSection(derivation),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function scenarioSection(scenario: ScenarioVerdict, charts: readonly string[]): string[] {
  const { id, guest, fault, disagreements, measurements, sent, lost, late, duplicates, blind } = scenario;
  const recoveries = recoveriesOf(scenario);
  if (measurements.length === 0 && recoveries.length === 0) return [];
  const about = [guest === null ? null : `guest ${guest}`, fault, sayTarget(scenario)].filter((text) => text !== null);
  return [
    `## ${escapeMarkdown(id)}\n`,
    ...(about.length > 0 ? [`${escapeMarkdown(about.join(', '))}\n`] : []),
    markdownTable(measurementHead, measurements.map(measurementCells)),
    ...(sent === null ? [] : [`Probes: ${sent} sent, ${lost ?? 0} lost, ${late ?? 0} late, ${duplicates ?? 0} duplicate; blind for ${sayDuration(blind)}.\n`]),
    ...recoveries.flatMap(({ leg, phases, accounts }) => [
      ...(leg === null ? [] : [`Fault ${escapeMarkdown(leg)}\n`]),
      markdownTable(['Phase', 'Reached after the fault', 'Other witnesses'], phases.map((phase) => [phase.name, sayInterval(phase, 'ms'), sayAccounts(accounts, phase.name)])),
    ]),
    ...(disagreements ?? []).map((sentence) => `**Witnesses contradict each other:** ${escapeMarkdown(sentence)}.\n`),
    ...charts.map((file) => `![${chartWord(file)}](${encodeURI(file)})\n`),
  ];
}

/** What a chart shows, for those who do not see it. */
function chartWord(file: string): string {
  if (file.endsWith('.phases.svg')) return 'Phases';
  return file.endsWith('.redundancy.svg') ? 'Storage redundancy' : 'Timeline';
}

/** What other witnesses say about a phase; what contradicts is marked. */
function sayAccounts(accounts: readonly PhaseAccount[], phase: PhaseName): string {
  return accounts.filter(({ name }) => name === phase).map((account) => `${sayInterval(account, 'ms')} (${account.source})${account.agrees ? '' : ' CONTRADICTS'}`).join('; ');
}

/** Only where something was measured more than once. Every run is shown, and the runs that gave no figure. */
function statisticsSection({ statistics }: Verdicts): string {
  const repeated = statistics.filter(({ n, holes = [] }) => n + holes.length > 1);
  if (repeated.length === 0) return '';
  const rows = repeated.map(({ row, measurement, n, median, interval, worst, guest, variant, of, from, to, unit = 'ms', runs = [], holes = [] }) => {
    const say = (value: number | null): string => (value === null ? 'unknown' : sayValue(value, unit));
    const what = [row, guest, variant].filter((part) => part !== null && part !== undefined).join(' ');
    const about = [measurement, of === guest ? null : of, from === null || from === undefined ? null : `${from} to ${to}`].filter((part) => part !== null && part !== undefined).join(', ');
    const every = [...runs.map((run) => `${sayInterval(run, unit)}${run.verdict === 'pass' ? '' : ` (${verdictWords[run.verdict].word})`}`), ...holes.map((id) => `none (${id})`)].join('; ');
    return [what, about, String(n), say(median), interval === null ? (n < 6 ? 'too few' : 'unknown') : sayInterval(interval, unit), say(worst), every];
  });
  return `## Over all repeats\n\n${markdownTable(['Row', 'Measurement', 'n', 'Median', '95 % interval of the median', 'Worst', 'Every run'], rows)}`;
}

function conditionsSection({ run, verdicts, limits, limitsFrom, rejudgedBy }: Derivation): string {
  const { description } = run;
  const { cluster, prober, host } = description;
  const rows = [
    ['Cluster', cluster === null ? 'never answered' : `${cluster.name}, ${cluster.identity}`],
    ['Platform', description.platform],
    ...Object.entries(cluster?.versions ?? {}).map(([name, version]) => [`Version of ${name}`, version]),
    ...Object.entries(cluster?.settings ?? {}).map(([name, value]) => [`Setting ${name}`, value]),
    ['Prober', `${prober.engine} (${prober.reason}), every ${prober.periodMs} ms, waits ${prober.waitMs} ms`],
    ['Calibration', sayCalibration(description.calibration)],
    ...(description.calibratedKinds ?? []).map(({ kind, figures, why }) => [`Calibration of ${kind}`, figures === null ? `not calibrated: ${why ?? 'nobody said why'}` : sayCalibration(figures)]),
    ...probeRows(run.events),
    ['Prober host', `${host.name}, ${host.kernel}, ${host.cores} cores, Node ${host.node}`],
    ...limits.map((limit) => [`Limit of ${limit.row}`, `${sayLimit(limit)} (${limit.from})`]),
    ['Limits from', limitsFrom],
    ['Begun', description.anchor.wall],
    ['Tool', sayTool(verdicts)],
    ['Seed', String(description.seed)],
  ];
  const name = `${description.environment}/${description.run}`;
  const command = rejudgedBy === null ? `report ${name}` : `rejudge ${name} --limits ${rejudgedBy}`;
  return `## Conditions\n\n${markdownTable(['What', 'Value'], rows)}\nMade from the record; make it again with \`npx --no ha-acceptance ${oneLine(command).replaceAll('`', '')}\`.\n`;
}

/** What the prober measured of synthetic outages before the run. */
function sayCalibration(calibration: Calibration | null | undefined): string {
  if (calibration === undefined) return 'not calibrated';
  if (calibration === null) return 'nothing was measured by ICMP';
  const { outages, seen, within, periodMs, errorMs, widthMs, sendGapMs, finestLimitMs, method, engine } = calibration;
  const ms = (value: number | null): string => (value === null ? 'unknown' : sayValue(value, 'ms'));
  return `${outages} synthetic outages every ${periodMs} ms by ${engine}, dropped ${method}: ${seen} seen, the truth within the bounds in ${within}; error ${ms(errorMs.median)} / ${ms(errorMs.p95)} / ${ms(errorMs.max)} (median, 95 %, worst), bounds ${ms(widthMs.p95)} apart (95 %), ${ms(sendGapMs.p99)} between probes (99 %); limits of outages can be judged from ${ms(finestLimitMs)} on`;
}

/** What really sent the probes and why, and what each kind can tell, as the probes said when they started. */
function probeRows(events: Derivation['run']['events']): string[][] {
  const started = events.filter((event) => event.kind === 'probe-started');
  const rows = started.flatMap(({ engine, engineReason, probeKind, resolution }) => [
    ...(engineReason === undefined ? [] : [[`Engine ${engine}`, engineReason]]),
    ...(resolution === undefined ? [] : [[`Resolution of ${probeKind}`, resolution]]),
  ]);
  return [...new Map(rows.map((row) => [row.join('\n'), row])).values()];
}
