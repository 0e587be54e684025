/** A fast stand-in for a cluster, for tests of whole runs: real ssh, real TLS, real probes, real hands, recorded answers. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { identify } from '../../record/process-identity.ts';
import type { Verdicts } from '../../record/types.ts';
import { sha256Fingerprint } from '../../transports/fingerprint.ts';
import { selfSigned } from '../../transports/testing/certificate.ts';
import { testKey } from '../../transports/testing/ssh-server.ts';
import { startCli } from '../testing.ts';
import type { CliEnd, RunningCli } from '../testing.ts';
import { standInCluster, standInDisk } from './answers.ts';
import type { StandInOrders } from './cluster-process.ts';
import { standInName, variablesOf, writeEnvironment } from './environment-file.ts';
import type { StandInSecrets } from './environment-file.ts';
import type { KeeperOrders } from './keeper-process.ts';
import { addressOf, makeNetwork } from './network.ts';

export interface StandInOptions {
  secrets?: Partial<Omit<StandInSecrets, 'key'>>;
  /** Names of the guests in the environment file; the cluster calls them dns and web. */
  guestNames?: readonly string[];
  /** What everything that has a voice says from the start on. */
  says?: string;
}

export interface StandIn {
  /** Everything is below it: `reports`, `state`, `environments`, `target` (where the disk is). */
  folder: string;
  target: string;
  reports: string;
  state: string;
  secrets: StandInSecrets;
  /** Names of its network namespaces. */
  namespaces: string[];
  /** Starts a command where the harness is. `prefix`: words before it. */
  start(args: string[], env?: Record<string, string>, prefix?: readonly string[]): RunningCli;
  cli(args: string[], env?: Record<string, string>): Promise<CliEnd>;
  /** The words of a run of these suites, armed. */
  run(...suites: string[]): string[];
  /** Folders of the runs, oldest first. */
  runs(): string[];
  verdicts(run: string): Verdicts;
  /** Waits until the events of the newest run, which is none of `earlier`, match. Answers with its folder. */
  untilEvent(pattern: RegExp, earlier?: readonly string[]): Promise<string>;
  /** Makes a file by which the stand-in misbehaves, or takes it away (null). */
  set(file: string, content: string | null): void;
  /** Whether the disk is in its slot, seen with our own eyes. */
  diskIsIn(): boolean;
  /** Commands that the nodes were given. */
  commands(): { node: string; command: string }[];
  /** Answers of the BMCs so far, and to what. */
  bmcAnswers(): { node: string; method: string; status: number }[];
  stop(): Promise<void>;
}

const eventTimeoutMs = 180_000;

function compose(target: string, secrets: StandInSecrets, certificate: StandInOrders['certificate']): StandInOrders {
  const [user = '', ...password] = secrets.bmc.split(':');
  return {
    folder: target,
    nodes: ['n1', 'n2', 'n3'].map((name, index) => ({ name, address: addressOf(11 + index), bmc: addressOf(21 + index) })),
    guests: [{ name: 'dns', address: addressOf(53) }, { name: 'web', address: addressOf(80) }],
    hostKey: testKey().private,
    certificate,
    bmc: { user, password: password.join(':') },
  };
}

function linesOf(path: string): unknown[] {
  return readFileSync(path, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
}

/** Starts it. Needs root and ip(8): see `noNetworkReason` of lib/probes. */
export async function startStandIn({ secrets: given = {}, guestNames = ['dns', 'web'], says }: StandInOptions = {}): Promise<StandIn> {
  const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-stand-in-'));
  const [target, reports, state, environments] = ['target', 'reports', 'state', 'environments'].map((name) => join(folder, name)) as [string, string, string, string];
  for (const place of ['slots', 'drawer']) mkdirSync(join(target, place), { recursive: true });
  for (const place of [reports, state]) mkdirSync(place);
  writeFileSync(join(target, 'slots', standInDisk.id), 'content');
  const set = (file: string, content: string | null): void => (content === null ? rmSync(join(target, file), { force: true }) : writeFileSync(join(target, file), content));
  if (says !== undefined) set('says', says);
  const userKey = testKey();
  const hostKey = testKey();
  const secrets: StandInSecrets = { key: userKey.private, bmc: 'operator:password-of-the-stand-in', token: 'ci@pve!stand-in=token-of-the-stand-in', apiPassword: 'api-password-of-the-stand-in', ...given };
  const { key, cert, raw } = selfSigned('stand-in');
  const orders: StandInOrders = { ...compose(target, secrets, { key, cert }), hostKey: hostKey.private };
  writeEnvironment(environments, orders, { secrets, fingerprint: sha256Fingerprint(raw), guestNames, knownHosts: orders.nodes.map(({ address }) => `${address} ${hostKey.line}\n`).join('') });
  for (const file of ['commands', 'bmc-answers']) appendFileSync(join(target, file), '');

  const network = makeNetwork([...orders.nodes.flatMap(({ address, bmc }) => [address, bmc]), ...orders.guests.map(({ address }) => address)]);
  const started = join(folder, 'started');
  const keeper = spawn(process.execPath, [fileURLToPath(new URL('./keeper-process.ts', import.meta.url)), JSON.stringify({ folder, namespaces: network.names, started } satisfies KeeperOrders)], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
  const kept = once(keeper, 'exit');
  const [program = '', ...words] = network.cluster;
  const cluster = spawn(program, [...words, process.execPath, fileURLToPath(new URL('./cluster-process.ts', import.meta.url)), JSON.stringify(orders)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(cluster, 'exit');
  const stop = async (): Promise<void> => {
    cluster.stdin.end();
    await ended;
    keeper.stdin.end();
    await kept;
  };
  const ready = await Promise.race([once(cluster.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!ready) {
    await stop();
    throw new Error('The stand-in cluster did not start; what it said stands above.');
  }

  const variables = { XDG_STATE_HOME: state, HA_ACCEPTANCE_REPORTS: reports, HA_ACCEPTANCE_ENVIRONMENTS: environments, ...variablesOf(secrets) };
  const start: StandIn['start'] = (args, env = {}, prefix = []) => {
    const running = startCli(args, { ...variables, ...env }, [...network.harness, ...prefix]);
    const identity = identify(running.pid);
    if (identity !== null) appendFileSync(started, `${JSON.stringify(identity)}\n`);
    return running;
  };
  const home = join(reports, standInName);
  const runs = (): string[] => (existsSync(home) ? readdirSync(home).filter((name) => name !== 'latest').toSorted().map((name) => join(home, name)) : []);
  return {
    folder, target, reports, state, secrets, namespaces: network.names, start, set, runs, stop,
    cli: async (args, env) => start(args, env).ended,
    run: (...suites) => ['run', '--env', standInName, '--arm', standInCluster, ...suites.flatMap((suite) => ['--suite', suite])],
    verdicts: (run) => JSON.parse(readFileSync(join(run, 'verdicts.json'), 'utf8')) as Verdicts,
    untilEvent: async (pattern, earlier = []) => {
      const deadline = performance.now() + eventTimeoutMs;
      for (;;) {
        const run = runs().findLast((one) => !earlier.includes(one));
        if (run !== undefined && existsSync(join(run, 'events.jsonl')) && pattern.test(readFileSync(join(run, 'events.jsonl'), 'utf8'))) return run;
        if (performance.now() > deadline) throw new Error(`No event of ${run ?? 'any new run'} matched ${pattern} within ${eventTimeoutMs / 1000} s.`);
        await sleep(50);
      }
    },
    diskIsIn: () => existsSync(join(target, 'slots', standInDisk.id)),
    commands: () => linesOf(join(target, 'commands')) as { node: string; command: string }[],
    bmcAnswers: () => linesOf(join(target, 'bmc-answers')) as { node: string; method: string; status: number }[],
  };
}
