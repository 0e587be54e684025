import { XMLBuilder } from 'fast-xml-parser';
import { sayInterval, sayLimitOf, sayMove } from '../judgement/wording.ts';
import type { ScenarioVerdict, Verdicts } from '../record/types.ts';
import { sayLimits } from './judging-limits.ts';
import type { JudgingLimit } from './judging-limits.ts';
import { plainText } from './plain-text.ts';
import { recoveriesOf } from './recoveries.ts';

type XmlNode = { [name: string]: string | number | XmlNode | XmlNode[] };

/**
 * JUnit XML as CI systems read it: a suite a row, a case a scenario. `fail` is a failure; `inconclusive` an error, so that it cannot be
 * taken for success; `blocked` and `not-applicable` are skipped, with their reason. A record that is incomplete or holds no scenario, and
 * a run that is blocked as a whole, is an error of its own, the case `run`: what is missing has no case that could be red.
 *
 * Only what all of them take: the schema of Jenkins' xUnit plugin knows neither properties of a case nor a count of the skipped ones of
 * the whole, so what a case is stands in its output; GitLab shows the text of an element and not its message, Azure DevOps and GitHub's
 * reporters show the message, so both hold the reason.
 *
 * @param limits those that judged; each suite says those of its row, with who set them.
 */
export function renderJunit(verdicts: Verdicts, limits: readonly JudgingLimit[]): string {
  const rows = [...new Set(verdicts.scenarios.map(({ row }) => row))];
  const suites = rows.map((row) => suite(verdicts, sayLimits(limits.filter((limit) => limit.row === row)), row, verdicts.scenarios.filter((scenario) => scenario.row === row)));
  const ofRun = runSuite(verdicts);
  const { '@skipped': _, ...ofScenarios } = counts(verdicts.scenarios);
  const ofAll = { ...ofScenarios, '@tests': ofScenarios['@tests'] + ofRun.length, '@errors': ofScenarios['@errors'] + ofRun.length };
  const document = { testsuites: { '@name': `ha-acceptance ${verdicts.environment}`, ...ofAll, testsuite: [...suites, ...ofRun] } };
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true, processEntities: true, suppressEmptyNode: true, suppressBooleanAttributes: false });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(clean(document))}`;
}

/** What keeps the whole run from passing and stands in no scenario, as a suite with one error; nothing where nothing does. */
function runSuite({ environment, run, verdict, incomplete, scenarios }: Verdicts): XmlNode[] {
  const reasons = [
    ...(incomplete ? ['the record is incomplete, and summary.md says why; what is missing is no pass'] : []),
    ...(scenarios.length === 0 ? ['the record holds no scenario, so nothing was validated'] : []),
    ...(verdict === 'blocked' ? [`nothing failed, and ${count(scenarios, 'blocked')} of ${scenarios.length} scenario(s) were not carried out; each says why`] : []),
  ];
  if (reasons.length === 0) return [];
  const name = `${environment}.run`;
  const word = verdict === 'blocked' ? verdict : 'inconclusive';
  const message = `${word}: Run ${run}: ${reasons.join('; ')}.`;
  const testcase = { '@name': 'run', '@classname': name, '@time': '0.000', error: { '@type': word, '@message': message, '#text': message }, 'system-out': `verdict: ${word}` };
  return [{ '@name': name, '@tests': 1, '@failures': 0, '@errors': 1, '@skipped': 0, '@time': '0.000', testcase: [testcase] }];
}

function suite(verdicts: Verdicts, limits: string, row: string, scenarios: readonly ScenarioVerdict[]): XmlNode {
  const [first] = scenarios.flatMap(({ startedAt }) => startedAt ?? []).toSorted();
  const properties = { environment: verdicts.environment, platform: verdicts.platform, run: verdicts.run, tool: verdicts.tool, derivedBy: verdicts.derivedBy ?? 'not recorded', profile: verdicts.profile ?? 'none', limits, simulated: String(verdicts.simulated), incomplete: String(verdicts.incomplete) };
  return {
    '@name': `${verdicts.environment}.${row}`,
    ...counts(scenarios),
    ...(first === undefined ? {} : { '@timestamp': first }),
    properties: { property: Object.entries(properties).map(([name, value]) => ({ '@name': name, '@value': value })) },
    testcase: scenarios.map((scenario) => testCase(verdicts.environment, scenario)),
  };
}

function count(scenarios: readonly ScenarioVerdict[], ...verdicts: string[]): number {
  return scenarios.filter(({ verdict }) => verdicts.includes(verdict)).length;
}

function counts(scenarios: readonly ScenarioVerdict[]): Record<'@tests' | '@failures' | '@errors' | '@skipped', number> & { '@time': string } {
  const seconds = scenarios.reduce((sum, { duration }) => sum + (duration ?? 0), 0) / 1000;
  return { '@tests': scenarios.length, '@failures': count(scenarios, 'fail'), '@errors': count(scenarios, 'inconclusive'), '@skipped': count(scenarios, 'blocked', 'not-applicable'), '@time': seconds.toFixed(3) };
}

function testCase(environment: string, scenario: ScenarioVerdict): XmlNode {
  const { id, row, guest, verdict, reason, fault, target, measurements, duration } = scenario;
  const message = `${verdict}: ${reason ?? 'no reason was recorded'}`;
  const about = { verdict, guest, fault, 'target node': target.node, 'target role': target.role, 'target disk': target.disk };
  const figures = [
    ...measurements.map((measurement) => `${measurement.name}${sayMove(measurement) === '' ? '' : ` (${sayMove(measurement)})`}: ${sayInterval(measurement, measurement.unit)}${measurement.limit === null ? '' : `, ${sayLimitOf(measurement)}: ${measurement.verdict ?? ''}`} [${measurement.source}]`),
    ...recoveriesOf(scenario).flatMap(({ leg, phases }) => phases.map((phase) => `phase ${phase.name}: ${sayInterval(phase, 'ms')} after the fault${leg === null ? '' : ` (${leg})`}`)),
  ];
  const outcome = { '@message': message, '#text': [message, ...figures].join('\n') };
  return {
    '@name': id,
    '@classname': `${environment}.${row}`,
    '@time': ((duration ?? 0) / 1000).toFixed(3),
    ...(verdict === 'fail' ? { failure: { '@type': verdict, ...outcome } } : {}),
    ...(verdict === 'inconclusive' ? { error: { '@type': verdict, ...outcome } } : {}),
    ...(verdict === 'blocked' || verdict === 'not-applicable' ? { skipped: { '@type': verdict, ...outcome } } : {}),
    'system-out': [...Object.entries(about).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`])), ...figures].join('\n'),
  };
}

/** Every text without what XML does not allow. */
function clean(node: XmlNode): XmlNode {
  const one = (value: XmlNode[string]): XmlNode[string] => {
    if (typeof value === 'string') return plainText(value);
    if (Array.isArray(value)) return value.map(clean);
    return typeof value === 'object' ? clean(value) : value;
  };
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, one(value)]));
}
