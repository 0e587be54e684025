/** What the tests of hands share: an environment with one node, and switches that are files, worked by real commands. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hypervisor } from '../../adapters/hypervisor.ts';
import type { Environment, NodeConfig, Secret } from '../../environment/environment.ts';
import type { InverseContext } from '../fault.ts';

export function secretOf(text: string, reference = 'env:BMC'): Secret {
  return { reference, reveal: () => text };
}

/** An environment with these nodes; the rest is of no interest to a hand. */
export function environmentOf(nodes: NodeConfig[], allow: Partial<Environment['allow']> = {}): Environment {
  return {
    schema: 1,
    name: 'invented',
    platform: 'pacemaker',
    arm: 'INVENTED',
    identity: 'SHA256:invented',
    disposable: true,
    endpoints: [],
    credentials: {},
    nodes,
    guests: [],
    allow: { faults: ['node-power', 'disk-removal'], nodes: nodes.map(({ name }) => name), guests: [], maxSimultaneous: 1, windows: [], ...allow },
    limits: {},
    limitFiles: [],
    policy: { backupWarnings: 'pass', unprotectedGuests: 'refuse' },
    probe: { periodMs: 10, waitMs: 10_000, lateAfterMs: null },
    platformOptions: {},
    source: { path: 'environments/invented.yaml', document: {} },
  };
}

/** The context of a call; the cluster is not reachable unless one is given. */
export function contextOf(environment: Environment, hypervisor?: Hypervisor): InverseContext & { said: string[] } {
  const said: string[] = [];
  return {
    environment,
    signal: AbortSignal.timeout(20_000),
    progress: (message) => said.push(message),
    said,
    hypervisor: async () => {
      if (hypervisor === undefined) throw new Error('this undo must not need the cluster');
      return hypervisor;
    },
  };
}

/** A switch that is a file: commands write a word into it and print it. */
export interface FileSwitch {
  set: (word: string) => string[];
  show: string[];
  word: () => string;
  remove: () => void;
}

export function fileSwitch(word: string): FileSwitch {
  const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-hand-'));
  const path = join(folder, 'state');
  writeFileSync(path, word);
  return {
    set: (next) => ['sh', '-c', 'printf %s "$1" > "$2"', 'sh', next, path],
    show: ['cat', path],
    word: () => readFileSync(path, 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
