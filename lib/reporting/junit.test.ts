import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRun } from '../record/run-reader.ts';
import type { Verdicts } from '../record/types.ts';
import { derive } from './derive.ts';
import type { Derivation } from './derive.ts';
import { renderJunit } from './junit.ts';
import { storyVerdicts, tellStory } from './testing/story.ts';
import { hostileGuest } from './testing/synthetic-run.ts';

let root = '';
let derivation: Derivation;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'junit-'));
  derivation = derive(readRun(tellStory(root)));
});
afterAll(() => rmSync(root, { recursive: true }));

interface Outcome {
  '#text': string;
  '@_message': string;
}

interface JunitCase {
  '@_name': string;
  failure?: Outcome;
  error?: Outcome;
  skipped?: Outcome;
  'system-out': string;
}

interface JunitSuite {
  '@_tests': string;
  '@_skipped': string;
  testcase: JunitCase[];
  properties: { property: { '@_name': string; '@_value': string }[] };
}

interface Junit {
  '@_tests': string;
  '@_failures': string;
  '@_errors': string;
  testsuite: JunitSuite[];
}

const render = (): string => renderJunit(derivation.verdicts, derivation.limits);

function parse(xml = render()): Junit {
  expect(XMLValidator.validate(xml)).toBe(true);
  return (new XMLParser({ ignoreAttributes: false, isArray: (name) => ['testsuite', 'testcase', 'property'].includes(name) }).parse(xml) as { testsuites: Junit }).testsuites;
}

function cases(): Map<string, JunitCase> {
  return new Map(parse().testsuite.flatMap(({ testcase }) => testcase).map((one) => [one['@_name'], one]));
}

test('counts a fail as failure, inconclusive as error, blocked and not-applicable as skipped', () => {
  const junit = parse();
  expect(junit).toMatchObject({ '@_tests': '7', '@_failures': '2', '@_errors': '1' });
  expect(junit.testsuite.reduce((sum, suite) => sum + Number(suite['@_skipped']), 0)).toBe(2);
});

test('has every scenario with its reason where its verdict is not pass, as message and as text', () => {
  const all = cases();
  expect([...all.keys()].toSorted()).toEqual(Object.keys(storyVerdicts).toSorted());
  expect(all.get('node-failure.web.r1')?.failure?.['@_message']).toBe('fail: Outage 37.77-37.79 s, limit 30 s.');
  expect(all.get('live-migration.dns.r1')?.error?.['@_message']).toContain('cannot tell');
  expect(all.get('backup.web.r1')?.skipped?.['@_message']).toBe('blocked: The cluster is not whole, so nothing was injected: osd.2 is down.');
  expect(all.get('container-migration.ct.r1')?.skipped?.['@_message']).toBe('not-applicable: The platform lacks containers.');
  for (const { failure, error, skipped } of all.values()) for (const outcome of [failure, error, skipped]) expect(outcome?.['#text'].split('\n')[0]).toBe(outcome?.['@_message']);
  expect(all.get('live-migration.web.r1')).not.toHaveProperty('failure');
});

test('says of each case what it was about, a hostile name as text', () => {
  expect(cases().get('live-migration.rm-rf-script-alert-1-script-.r1')?.['system-out'].split('\n')).toContain(`guest: ${hostileGuest}`);
  expect(render()).not.toContain('<script');
});

test('says what the run was, and by which limits it was judged', () => {
  const properties = parse().testsuite.map(({ properties: { property } }) => property);
  expect(properties[0]).toContainEqual({ '@_name': 'simulated', '@_value': 'true' });
  expect(properties.flat().filter(({ '@_name': name }) => name === 'limits').map(({ '@_value': value }) => value).slice(0, 3)).toEqual(['none', 'outage 500 ms (environments/synthetic.yaml), lost 20 (environments/synthetic.yaml)', 'outage 30 s (environments/synthetic.yaml)']);
});

describe('a run that does not pass as a whole', () => {
  const passing = (): Verdicts => ({ ...derivation.verdicts, verdict: 'inconclusive', scenarios: derivation.verdicts.scenarios.filter(({ verdict }) => verdict === 'pass') });

  test.each([
    ['an incomplete record', (): Verdicts => ({ ...passing(), incomplete: true }), 3, /^inconclusive: Run \S+: the record is incomplete/],
    ['a record without a scenario', (): Verdicts => ({ ...passing(), scenarios: [] }), 1, /^inconclusive: Run \S+: the record holds no scenario/],
    ['one in which all was blocked', (): Verdicts => ({ ...passing(), verdict: 'blocked', scenarios: derivation.verdicts.scenarios.filter(({ verdict }) => verdict === 'blocked') }), 2, /^blocked: Run \S+: nothing failed, and 1 of 1 scenario\(s\) were not carried out/],
  ] as const)('is red although no scenario is: %s', (_what, verdicts, tests, said) => {
    const junit = parse(renderJunit(verdicts(), []));
    expect(junit).toMatchObject({ '@_tests': String(tests), '@_failures': '0', '@_errors': '1' });
    const last = junit.testsuite.at(-1);
    expect(last).toMatchObject({ '@_tests': '1', '@_errors': '1', testcase: [{ '@_name': 'run', '@_classname': 'synthetic.run' }] });
    expect(last?.testcase[0]?.error?.['@_message']).toMatch(said);
    expect(last?.testcase[0]?.error?.['#text']).toBe(last?.testcase[0]?.error?.['@_message']);
    expect(misfits(strictly.parse(renderJunit(verdicts(), [])) as Element[], ['testsuites'])).toEqual([]);
  });

  test('has no such case where every scenario is there', () => {
    expect(parse(renderJunit(passing(), []))).toMatchObject({ '@_tests': '2', '@_errors': '0' });
  });
});

/** What Jenkins' xUnit plugin accepts (its junit-10.xsd, the strictest of the readers), as far as it is written here: attributes, then elements. */
const accepted: Record<string, readonly [string[], string[]]> = {
  testsuites: [['name', 'time', 'tests', 'failures', 'errors'], ['testsuite']],
  testsuite: [['name', 'tests', 'failures', 'errors', 'skipped', 'time', 'timestamp'], ['properties', 'testcase']],
  properties: [[], ['property']],
  property: [['name', 'value'], []],
  testcase: [['name', 'classname', 'time'], ['failure', 'error', 'skipped', 'system-out']],
  failure: [['type', 'message'], []],
  error: [['type', 'message'], []],
  skipped: [['type', 'message'], []],
  'system-out': [[], []],
};

interface Element {
  [name: string]: Element[] | Record<string, string> | string;
}

function misfits(nodes: readonly Element[], parent: readonly string[]): string[] {
  return nodes.flatMap((node) => {
    const [name = ''] = Object.keys(node).filter((key) => key !== ':@');
    if (name === '#text') return [];
    const [attributes, children] = accepted[name] ?? [[], []];
    const given = Object.keys((node[':@'] as Record<string, string> | undefined) ?? {});
    return [...(parent.includes(name) ? [] : [`element ${name}`]), ...given.filter((attribute) => !attributes.includes(attribute)).map((attribute) => `${name} ${attribute}`), ...misfits(node[name] as Element[], children)];
  });
}

const strictly = new XMLParser({ ignoreAttributes: false, preserveOrder: true, attributeNamePrefix: '', ignoreDeclaration: true });

describe('holds nothing that a CI system refuses', () => {
  test('elements and attributes are those of the strictest schema', () => {
    expect(misfits(strictly.parse(render()) as Element[], ['testsuites'])).toEqual([]);
    expect(misfits(strictly.parse('<testsuites skipped="1"><testcase/></testsuites>') as Element[], ['testsuites'])).toEqual(['testsuites skipped', 'element testcase']);
  });

  test('times are seconds with at most three decimals, and timestamps are UTC', () => {
    for (const [, time = ''] of render().matchAll(/ time="([^"]*)"/g)) expect(time).toMatch(/^\d+\.\d{3}$/);
    for (const [, timestamp = ''] of render().matchAll(/ timestamp="([^"]*)"/g)) expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  test('no two cases have the same name: GitLab would show one of them', () => {
    const names = [...render().matchAll(/<testcase name="([^"]*)"/g)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(7);
  });
});
