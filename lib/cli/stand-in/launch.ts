/** What every stand-in for a cluster is made of: folders, two namespaces, a process that plays the cluster, and commands started beside it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { identify } from '../../record/process-identity.ts';
import type { Verdicts } from '../../record/types.ts';
import { startCli } from '../testing.ts';
import type { CliEnd, RunningCli } from '../testing.ts';
import type { KeeperOrders } from './keeper-process.ts';
import { makeNetwork } from './network.ts';

export interface LaunchOptions {
  /** Name of the environment, and of the cluster that it arms. */
  name: string;
  cluster: string;
  /** Program that plays the cluster: it gets its orders as JSON in its last argument, says one line when it is ready, and ends with its standard input. */
  program: URL;
  /** Every address of the cluster. */
  addresses: readonly string[];
  /** Gets the folder of the target ready, and returns the orders. */
  orders: (target: string) => unknown;
  /** Variables of every command. */
  variables?: Readonly<Record<string, string>>;
}

export interface Launched {
  /** Everything is below it: `reports`, `state`, `environments`, `target` (what the process of the cluster keeps). */
  folder: string;
  target: string;
  reports: string;
  state: string;
  environments: string;
  /** Names of its network namespaces. */
  namespaces: string[];
  /** The line that the cluster's process said. */
  said: string;
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
  stop(): Promise<void>;
}

const eventTimeoutMs = 180_000;

/** Starts it. Needs root and ip(8): see `noNetworkReason` of lib/probes. */
export async function launchStandIn({ name, cluster: arm, program: url, addresses, orders, variables: more = {} }: LaunchOptions): Promise<Launched> {
  const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-stand-in-'));
  const [target, reports, state, environments] = ['target', 'reports', 'state', 'environments'].map((part) => join(folder, part)) as [string, string, string, string];
  for (const place of [target, reports, state, environments]) mkdirSync(place);
  const told = JSON.stringify(orders(target));

  const network = makeNetwork(addresses);
  const started = join(folder, 'started');
  const keeper = spawn(process.execPath, [fileURLToPath(new URL('./keeper-process.ts', import.meta.url)), JSON.stringify({ folder, namespaces: network.names, started } satisfies KeeperOrders)], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
  const kept = once(keeper, 'exit');
  const [program = '', ...words] = network.cluster;
  const cluster = spawn(program, [...words, process.execPath, fileURLToPath(url), told], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(cluster, 'exit');
  const stop = async (): Promise<void> => {
    cluster.stdin.end();
    await ended;
    keeper.stdin.end();
    await kept;
  };
  const said = await Promise.race([once(cluster.stdout, 'data').then(([data]) => String(data).trim()), ended.then(() => null)]);
  if (said === null) {
    await stop();
    throw new Error('The stand-in cluster did not start; what it said stands above.');
  }

  const variables = { XDG_STATE_HOME: state, HA_ACCEPTANCE_REPORTS: reports, HA_ACCEPTANCE_ENVIRONMENTS: environments, HA_ACCEPTANCE_SIMULATED: '1', ...more };
  const start: Launched['start'] = (args, env = {}, prefix = []) => {
    const running = startCli(args, { ...variables, ...env }, [...network.harness, ...prefix]);
    const identity = identify(running.pid);
    if (identity !== null) appendFileSync(started, `${JSON.stringify(identity)}\n`);
    return running;
  };
  const home = join(reports, name);
  const runs = (): string[] => (existsSync(home) ? readdirSync(home).filter((entry) => entry !== 'latest').toSorted().map((entry) => join(home, entry)) : []);
  return {
    folder, target, reports, state, environments, namespaces: network.names, said, start, runs, stop,
    set: (file, content) => (content === null ? rmSync(join(target, file), { force: true }) : writeFileSync(join(target, file), content)),
    cli: async (args, env) => start(args, env).ended,
    run: (...suites) => ['run', '--env', name, '--arm', arm, ...suites.flatMap((suite) => ['--suite', suite])],
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
  };
}

/** What a process of the cluster has written, a JSON value a line. */
export function linesOf(path: string): unknown[] {
  return readFileSync(path, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
}
