import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectRoot } from './places.ts';
import { cli } from './testing.ts';

const { utils } = ssh2;
let folder = '';
const secrets = { HA_TEST_KEY: utils.generateKeyPairSync('ecdsa', { bits: 256 }).private, HA_TEST_KNOWN_HOSTS: '127.0.0.1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIiAOXJ4ZKgG5dgLn2GzEsQmmJDTnMTCXYXVgPr1KKpk' };
const text = `schema: 1
name: broken
platform: pacemaker
arm: BROKEN
identity: "SHA256:0000000000000000000000000000000000000000000"
disposable: false
endpoints: [{ node: n1, address: 127.0.0.1, port: 1 }]
credentials: {}
ssh: { user: root, key: "env:HA_TEST_KEY", knownHosts: "env:HA_TEST_KNOWN_HOSTS" }
nodes:
  - { name: n1, address: 127.0.0.1 }
guests:
  - { name: web, id: web, address: 127.0.0.2, probes: [icmp] }
allow: { faults: [live-migration], nodes: [n1], guests: [web], maxSimultaneous: 1, windows: [] }
limits: { live-migration: { outage: 1s } }
policy: { backupWarnings: pass, unprotectedGuests: refuse }
probe: { period: 10ms, wait: 10s }
`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'environments-'));
  cpSync(join(projectRoot, 'environments'), folder, { recursive: true });
  writeFileSync(join(folder, 'broken.yaml'), text);
});

afterEach(() => rmSync(folder, { recursive: true }));

async function run(args: string[], change: (yaml: string) => string = (yaml) => yaml, env: Record<string, string> = secrets): Promise<{ code: number | null; out: string }> {
  const path = join(folder, 'broken.yaml');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
  return cli(args, { HA_ACCEPTANCE_ENVIRONMENTS: folder, HA_ACCEPTANCE_REPORTS: join(folder, 'reports'), XDG_STATE_HOME: join(folder, 'state'), ...env });
}

test.each<{ what: string; args: string[]; change?: (yaml: string) => string; env?: Record<string, string>; limits?: string; code: number; says: RegExp }>([
  { what: 'an unknown environment', args: ['run', '--env', 'nowhere'], code: 64, says: /nowhere[\s\S]*broken/ },
  { what: 'an unknown key', args: ['run', '--env', 'broken'], change: (yaml) => yaml.replace('policy:', 'polizy:'), code: 64, says: /broken\.yaml:16:1.*polizy[\s\S]*policy/ },
  { what: 'a missing secret', args: ['run', '--env', 'broken'], env: {}, code: 64, says: /HA_TEST_KEY/ },
  { what: 'a limit too fine', args: ['run', '--env', 'broken'], change: (yaml) => yaml.replace('outage: 1s', 'outage: 15ms'), code: 64, says: /broken\.yaml:15:\d+.*15 ?ms/ },
  { what: 'a limit of another file too fine', args: ['plan', '--env', 'broken', '--limits', 'LIMITS'], limits: 'limits: { backup: { outage: 15ms } }', code: 64, says: /limits-of-the-test\.yaml:1:\d+.*15 ?ms/ },
  { what: 'an unknown row in another file', args: ['run', '--env', 'broken', '--limits', 'LIMITS'], limits: 'limits: { bakcup: { outage: 15s } }', code: 64, says: /limits-of-the-test\.yaml:1:\d+.*bakcup[\s\S]*backup/ },
  { what: 'another file that names no limit of what is run', args: ['run', '--env', 'broken', '--suite', 'live-migration', '--arm', 'BROKEN', '--limits', 'LIMITS'], limits: 'limits: { backup: { outage: 15s } }', code: 3, says: /limits-of-the-test\.yaml names no limit of what is planned/ },
  { what: 'a guest that does not exist', args: ['run', '--env', 'broken', '--guest', 'wbe'], code: 64, says: /wbe[\s\S]*web/ },
  { what: 'a suite that does not exist', args: ['run', '--env', 'broken', '--suite', 'live-migratoin'], code: 64, says: /live-migratoin[\s\S]*live-migration/ },
  { what: 'an unknown profile', args: ['plan', '--env', 'broken', '--profile', 'quick'], code: 64, says: /quick[\s\S]*smoke/ },
  { what: 'the name of another cluster', args: ['run', '--env', 'broken', '--arm', 'PROD'], code: 64, says: /PROD[\s\S]*BROKEN/ },
  { what: 'an unreachable node', args: ['run', '--env', 'broken', '--arm', 'BROKEN'], code: 3, says: /n1.*127\.0\.0\.1/ },
  { what: 'a key that is none', args: ['check', '--env', 'broken'], env: { ...secrets, HA_TEST_KEY: 'not a key' }, code: 3, says: /private key[\s\S]*ssh\.key/ },
  { what: 'an unknown option', args: ['run', '--enviroment', 'lab'], code: 64, says: /--help/ },
  { what: 'an unknown command', args: ['rnu'], code: 64, says: /run/ },
  { what: 'no environment at all', args: ['run'], code: 64, says: /--env/ },
  { what: 'a disposable cluster that this tool did not make', args: ['run', '--env', 'broken'], change: (yaml) => yaml.replace('disposable: false', 'disposable: true'), code: 64, says: /disposable/ },
])('$what ends with $code and says what to do', async ({ args, change, env, limits = '', code, says }) => {
  const limitsFile = join(folder, 'limits-of-the-test.yaml');
  writeFileSync(limitsFile, limits);
  const end = await run(args.map((arg) => (arg === 'LIMITS' ? limitsFile : arg)), change, env);
  expect(end.out).toMatch(says);
  expect(end.code).toBe(code);
});

test.each(['run', 'plan', 'check', 'restore', 'report', 'rejudge', 'compare', 'history', 'probe', 'lab', 'schema', 'audit'])('%s --help shows an example', async (command) => {
  const { code, out } = await cli([command, '--help']);
  expect(code).toBe(0);
  expect(out).toMatch(/Usage:/);
});
