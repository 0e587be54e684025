import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Label, Link, Parameter } from 'allure-js-commons';
import type { RuntimeMessage } from 'allure-js-commons/sdk';
import type { RunDescription, RunEvent, ScenarioVerdict, Verdict } from '../../record/types.ts';
import type { DerivedScenario, Derivation } from '../derive.ts';
import { oneLine } from '../plain-text.ts';
import { sayTarget } from '../measurement-rows.ts';
import { sayDuration } from '../words.ts';
import { describeScenario } from './description.ts';
import { epicOf } from './epics.ts';
import { allureStatuses } from './statuses.ts';
import type { AllureStatus } from './statuses.ts';
import { stepMessages } from './step-messages.ts';

/** One scenario as a test of the report: everything is decided, the messages only tell it to Allure. Times are epoch ms. */
export interface ScenarioTest {
  id: string;
  name: string;
  titlePath: string[];
  status: AllureStatus;
  message: string;
  start: number;
  stop: number;
  messages: RuntimeMessage[];
}

/** A file of a scenario that its test carries. */
interface ScenarioFile {
  title: string;
  path: string;
  mediaType: string;
}

/** A chart or table of a scenario, as it was written. */
export interface DrawnFile extends ScenarioFile {
  text: string;
}

/** Whether it is a chart, and no table. */
export function isChart({ mediaType }: DrawnFile): boolean {
  return mediaType === 'image/svg+xml';
}

const prefixes: Record<Verdict, string> = { pass: '', fail: '', inconclusive: 'Inconclusive: ', blocked: 'Blocked: ', 'not-applicable': 'Not applicable: ' };

/** What belongs to the whole run: its evidence. */
export function runMessages({ run }: Pick<Derivation, 'run'>): RuntimeMessage[] {
  const ofRun = run.events.filter(({ scenario }) => scenario === null);
  return evidenceAmong(ofRun, run).map(({ title, path, mediaType }) => ({ type: 'global_attachment_path', data: { name: oneLine(title), path, contentType: mediaType, fileExtension: extensionOf(path) } }));
}

/** The evidence files that events tell of and that are there. */
function evidenceAmong(events: readonly RunEvent[], run: Derivation['run']): ScenarioFile[] {
  const evidence = events.flatMap((event) => (event.kind === 'evidence' ? [{ title: event.title, path: run.file(event.file), mediaType: event.mediaType }] : []));
  return evidence.filter(({ path }) => existsSync(path));
}

/** The clock of a run's record as epoch ms. */
const epochOf = ({ description }: Derivation['run']): ((t: number) => number) => {
  const anchorMs = Date.parse(description.anchor.wall);
  return (t) => Math.round(anchorMs + t / 1e6);
};

/** When a scenario began and ended, epoch ms. */
function timesOf(run: Derivation['run'], { facts }: DerivedScenario): Pick<ScenarioTest, 'start' | 'stop'> {
  const toEpochMs = epochOf(run);
  const start = toEpochMs(facts.started?.t ?? facts.events[0]?.t ?? 0);
  return { start, stop: Math.max(start, toEpochMs(facts.ended?.t ?? facts.events.at(-1)?.t ?? 0)) };
}

/** A scenario of a run as a test. */
export function testOf({ run }: Pick<Derivation, 'run'>, scenario: DerivedScenario): Omit<ScenarioTest, 'messages'> {
  const { facts, verdict } = scenario;
  return {
    id: facts.id,
    name: oneLine(`${facts.id}: ${facts.title}`),
    titlePath: [run.description.environment, facts.row],
    status: allureStatuses[verdict.verdict],
    message: oneLine(`${prefixes[verdict.verdict]}${verdict.reason ?? 'no reason was recorded'}`),
    ...timesOf(run, scenario),
  };
}

/** What the test of a scenario tells Allure; `files` are its charts and tables. */
export function messagesOf({ run, limits }: Derivation, scenario: DerivedScenario, files: readonly DrawnFile[]): RuntimeMessage[] {
  const { facts, verdict } = scenario;
  const timelines = files.filter(isChart).map(({ title, text }) => ({ title, svg: text }));
  return [
    { type: 'metadata', data: { labels: labelsOf(run.description, verdict), links: linksOf(run.description), parameters: parametersOf(run, verdict), descriptionHtml: describeScenario(verdict, limits.filter(({ row }) => row === facts.row), timelines, run.description.simulated), testCaseId: `${run.description.environment}/${facts.id}`, displayName: oneLine(`${facts.id}: ${facts.title}`) } },
    // Charts stand in the description; once more as attachments they would double the report.
    ...files.filter((file) => !isChart(file)).map(attach),
    ...stepMessages(scenario, epochOf(run), timesOf(run, scenario).stop),
    ...evidenceAmong(facts.events, run).map(attach),
  ];
}

function attach({ title, path, mediaType }: ScenarioFile): RuntimeMessage {
  return { type: 'attachment_path', data: { name: oneLine(title), path, contentType: mediaType, fileExtension: extensionOf(path) } };
}

function extensionOf(path: string): string {
  return /\.[a-z0-9]{1,8}$/i.exec(basename(path))?.[0] ?? '.txt';
}

/** Who answers for the cluster, as the environment file says. */
function ownerOf({ environmentFile }: RunDescription): Record<string, string> {
  return typeof environmentFile['owner'] === 'string' ? { owner: environmentFile['owner'] } : {};
}

/** Pages that belong to the cluster, as the environment file says; nothing but http and https. */
function linksOf({ environmentFile }: RunDescription): Link[] {
  const links = environmentFile['links'];
  if (typeof links !== 'object' || links === null) return [];
  return Object.entries(links).flatMap(([name, url]) => (typeof url === 'string' && /^https?:\/\//.test(url) ? [{ name: oneLine(name), url, type: 'link' }] : []));
}

function labelsOf(description: RunDescription, { id, row, guest, verdict }: ScenarioVerdict): Label[] {
  const labels = { ...ownerOf(description), epic: epicOf(row), feature: row, story: guest ?? 'cluster', parentSuite: description.environment, suite: row, subSuite: guest ?? 'cluster', run: description.run, scenario: id, verdict, severity: 'critical' };
  return Object.entries(labels).map(([name, value]) => ({ name, value: oneLine(value) }));
}

/** None of them makes another test of it: a scenario is the same one in the next run, whatever was lost. */
function parametersOf({ description }: Derivation['run'], scenario: ScenarioVerdict): Parameter[] {
  const { guest, repeat, fault, sent, lost, late, duplicates, blind } = scenario;
  const parameters: Record<string, string | null> = {
    guest: guest ?? 'the whole cluster',
    target: sayTarget(scenario),
    fault,
    platform: description.platform,
    repeat: String(repeat),
    probes: sent === null ? null : `${sent} sent, ${lost ?? 0} lost, ${late ?? 0} late, ${duplicates ?? 0} duplicate`,
    'prober blind': blind === null || blind === 0 ? null : sayDuration(blind),
  };
  return Object.entries(parameters).flatMap(([name, value]) => (value === null ? [] : [{ name, value: oneLine(value), excluded: true }]));
}
