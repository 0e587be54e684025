import type { Environment } from '../../environment/environment.ts';
import { recorded } from '../../platforms/pacemaker/testing.ts';
import { SshError } from '../../transports/ssh-error.ts';
import type { ExecOptions, ExecResult, SshFleet, SshHost } from '../../transports/ssh.ts';
import type { PacemakerContext } from './context.ts';
import { guestNames } from './guest-names.ts';
import { hearStates } from './heard-states.ts';

/** For tests: what a node answers to a command; a text is the output of a success. */
export type Answer = string | { code: number; stdout?: string; stderr?: string } | typeof silence | typeof broken;
export type Script = (host: string, command: string, stdin: string | undefined) => Answer;

/** Nothing until the deadline. */
export const silence = Symbol('silence');
/** The connection breaks while the command runs. */
export const broken = Symbol('broken');

async function play(host: string, answer: Answer, { timeoutMs = 30_000, signal }: ExecOptions): Promise<ExecResult> {
  signal?.throwIfAborted();
  if (answer === broken) throw new SshError('lost', host, `The connection to ${host} broke.`);
  if (answer === silence) {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, timeoutMs);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    });
    throw new SshError('timeout', host, `${host} did not answer.`);
  }
  const { code, stdout = '', stderr = '' } = typeof answer === 'string' ? { code: 0, stdout: answer } : answer;
  return { code, stdout, stderr, ms: 1 };
}

/** A fleet that answers by a script, and remembers what was asked: `node: command`. */
export function scriptedFleet(names: readonly string[], script: Script): SshFleet & { asked: string[] } {
  const asked: string[] = [];
  const host = (name: string): SshHost => ({
    name,
    exec: async (argv, options = {}) => {
      asked.push(`${name}: ${argv.join(' ')}`);
      return play(name, script(name, argv.join(' '), options.stdin), options);
    },
    close: async () => undefined,
  });
  const hosts = new Map(names.map((name) => [name, host(name)]));
  const each: SshFleet['each'] = async (argv, options) => new Map(await Promise.all([...hosts.values()].map(async (one): Promise<[string, ExecResult | Error]> => [one.name, await one.exec(argv, options).catch((error: Error) => error)])));
  return { asked, hosts, unreachable: () => new Map(), each, any: () => Promise.reject(new Error('not scripted')), close: async () => undefined };
}

/** An environment of three nodes and two guests. */
export const environment: Environment = {
  schema: 1, name: 'invented', platform: 'pacemaker', arm: 'invented', identity: 'SHA256:x', disposable: false, endpoints: [], credentials: {},
  nodes: ['n1', 'n2', 'n3'].map((name, index) => ({ name, address: `192.0.2.1${index}`, disks: [] })),
  guests: ['dns', 'web'].map((id, index) => ({ name: `${id}-guest`, id, kind: 'vm', address: `192.0.2.8${index}`, probes: [] })),
  allow: { faults: [], nodes: [], guests: [], maxSimultaneous: 1, windows: [] }, limits: {}, limitFiles: [], policy: { backupWarnings: 'fail', unprotectedGuests: 'refuse' },
  probe: { periodMs: 10, waitMs: 10_000, lateAfterMs: null }, platformOptions: { backup: { directory: '/backup' } }, source: { path: 'environments/invented.yaml', document: {} },
};

/** The adapter's context over a scripted fleet. */
export function scriptedContext(script: Script, changes: Partial<PacemakerContext> = {}): PacemakerContext & { asked: string[] } {
  const fleet = scriptedFleet(['n1', 'n2', 'n3'], script);
  const guests = guestNames(environment.guests, new Map([['dns', 'dns'], ['web', 'web']]));
  return { environment, fleet, preferred: null, silent: new Set(), guests, versions: null, hasStorage: false, heard: hearStates(), asked: fleet.asked, ...changes };
}

/** The recorded cluster: dns on n1, web where `crmMon` says. */
export function recordedCluster(crmMon: string): (command: string) => string | null {
  return (command) => {
    if (command.startsWith('crm_mon')) return recorded(crmMon);
    if (command.startsWith('cibadmin')) return recorded('cib.xml');
    if (command === 'true') return '';
    return command.startsWith('crmadmin') ? '<pacemaker-result><crmd state="S_IDLE"/></pacemaker-result>' : null;
  };
}
