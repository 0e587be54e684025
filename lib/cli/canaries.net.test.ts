import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { streamLineSchema } from './event-stream.ts';
import { noNetworkReason } from '../probes/netns.ts';
import { leaksBelow, leaksIn } from './stand-in/leaks.ts';
import { standInName } from './stand-in/environment-file.ts';
import { startStandIn } from './stand-in/stand-in.ts';
import type { StandIn } from './stand-in/stand-in.ts';

/** Parts of the secrets that no way of writing changes, too short to be known by themselves; around them stand the characters that each way writes otherwise. */
const cores = { password: 'CaNaRyBmc7', token: 'CaNaRyTok7', api: 'CaNaRyApi7' };
const secrets = { bmc: `operator:x<"&' ${cores.password}/+=%\\ü`, token: `ci@pve!night=${cores.token}"<&'/+`, apiPassword: `${cores.api}\t'"` };

/** As the JSON of Go, of .NET and of PowerShell 5.1, and as Python and PHP write it, quoted for PowerShell, and in a command that it takes encoded. */
function asOthersWrite(text: string): string[] {
  const escaped = (pattern: RegExp, large: boolean): string => JSON.stringify(text).slice(1, -1).replace(pattern, (character) => {
    const digits = character.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${large ? digits.toUpperCase() : digits}`;
  });
  return [escaped(/[<>&]/g, false), escaped(/[<>&'+]|[^\0-~]/g, true), escaped(/[<>&']/g, false), escaped(/[^\0-~]/g, false), text.replaceAll("'", "''"), Buffer.from(`Set-It '${text.replaceAll("'", "''")}'`, 'utf16le').toString('base64')];
}

const missing = noNetworkReason();
if (missing !== null) console.warn(`canaries.net.test.ts plants nothing here: ${missing}`);

describe.skipIf(missing !== null)('no secret stands in any output, whatever a hostile cluster says', () => {
  let standIn: StandIn;
  let keyLines: string[] = [];

  /** Every secret in every writing that a server which got it could say it in. */
  const everything = (key: string): string => {
    const texts = [secrets.bmc, secrets.bmc.slice('operator:'.length), secrets.token, secrets.apiPassword];
    const written = texts.flatMap((text) => [text, encodeURIComponent(text), JSON.stringify(text), text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'), Buffer.from(text).toString('base64'), Buffer.from(text).toString('base64url'), new URLSearchParams({ text }).toString(), ...asOthersWrite(text)]);
    return [...written, JSON.stringify({ key }), ...key.split('\n')].join(' ');
  };

  beforeAll(async () => {
    standIn = await startStandIn({ secrets });
    keyLines = standIn.secrets.key.split('\n').filter((line) => line.length >= 40 && !line.startsWith('-----'));
    standIn.set('says', everything(standIn.secrets.key));
    standIn.set('hand-says', everything(standIn.secrets.key));
  });
  afterAll(async () => standIn.stop());

  /** What leaked: into a terminal, or into the files of records and state. */
  const leaks = (out: string): string[] => [...leaksIn(out, [...Object.values(cores), ...keyLines]).map((core) => `terminal: ${core}`), ...leaksBelow([...standIn.runs().slice(-1), standIn.state], [...Object.values(cores), ...keyLines])];

  test('in a check that a BMC answers with 500, quoting our authorization at every place of its words', { timeout: 300_000 }, async () => {
    for (const filler of ['0', '280']) {
      standIn.set('bmc-refuses', filler);
      const plain = await standIn.cli(['check', '--env', standInName]);
      expect(plain.out).toMatch(/BMC answers 500/);
      expect(plain.code).toBe(3);
      const json = await standIn.cli(['check', '--env', standInName, '--json']);
      expect(leaks(plain.out + json.out)).toEqual([]);
    }
    standIn.set('bmc-refuses', null);
  });

  test('in a plan, and in a refusal of the BMC\'s own user', { timeout: 120_000 }, async () => {
    const plan = await standIn.cli(['plan', '--env', standInName]);
    expect(plan.out).toMatch(/osd\.1/);
    expect(leaks(plan.out)).toEqual([]);
  });

  test('in a whole run on a cluster that quotes them everywhere, with a hand that fails, in its reports, and in the stream of its events', { timeout: 400_000 }, async () => {
    standIn.set('hand-fails-remove', '1\n');
    const { out, printed, code } = await standIn.cli([...standIn.run('cluster-health', 'disk-removal'), '--json']);
    const run = standIn.runs().at(-1) ?? '';
    const lines = printed.trimEnd().split('\n').map((line) => streamLineSchema.parse(JSON.parse(line)));
    const recorded = readFileSync(join(run, 'events.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
    expect(lines.slice(1, -1)).toEqual(recorded);
    expect(lines[0]).toMatchObject({ kind: 'stream-started', folder: run });
    expect(lines.at(-1)).toMatchObject({ kind: 'stream-ended', exitCode: code, verdicts: JSON.parse(readFileSync(join(run, 'verdicts.json'), 'utf8')) as unknown });
    expect(readFileSync(join(run, 'audit.jsonl'), 'utf8')).toMatch(/not-confirmed.*\[secret\]/);
    expect(readFileSync(join(run, 'allure-report', 'index.html'), 'utf8')).toContain('<html');
    expect(leaks(out)).toEqual([]);
    expect(standIn.diskIsIn()).toBe(true);
  });

  test.each([['inside', /\(exit code 1\)/], ['outside', /an internal error/]])('when the process %s dies of an error that quotes them, and what was broken is mended', { timeout: 400_000 }, async (where, says) => {
    standIn.set('crash', null);
    const earlier = standIn.runs();
    const running = standIn.start(standIn.run('disk-removal'), { NODE_OPTIONS: `--import=${new URL('./stand-in/crash.ts', import.meta.url).href}`, STAND_IN_CRASH: join(standIn.target, 'crash'), STAND_IN_CRASH_OF: where });
    const run = await standIn.untilEvent(/"kind":"fault-injected"/, earlier);
    standIn.set('hand-fails-insert', '2\n');
    standIn.set('crash', everything(standIn.secrets.key));
    const { out, code } = await running.ended;
    const log = readFileSync(join(run, 'runner.log'), 'utf8');
    expect(where === 'inside' ? log : out).toMatch(/an error that nobody catches: .*\[secret\]/);
    expect(out).toMatch(says);
    expect(code).toBe(70);
    expect(leaks(out)).toEqual([]);
    expect(standIn.diskIsIn()).toBe(true);
  });
});
