/** The way from the harness to the lab, with proxies on it that spoil it on demand and gates before its hands. Opened inside the lab's client network. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { startHttpFaultProxy } from '../../transports/testing/http-fault-proxy.ts';
import type { HttpFaultProxy } from '../../transports/testing/http-fault-proxy.ts';
import { startWireFaultProxy } from '../../transports/testing/wire-fault-proxy.ts';
import type { WireFaultProxy } from '../../transports/testing/wire-fault-proxy.ts';
import { environmentsFolder } from '../places.ts';

/**
 * Where the proxies before ssh listen: addresses (of RFC 5737) that the kernel takes as its own by a route, and that no interface
 * has. An endpoint at an address of this machine is refused, since the harness must not stand on a node.
 */
const place = { route: '198.51.100.0/24', address: (index: number): string => `198.51.100.${11 + index}` };

/** Changes that route in this network namespace, which is the lab's own. */
function routeToProxies(action: 'replace' | 'del'): void {
  execFileSync('ip', ['route', action, 'local', place.route, 'dev', 'lo'], { stdio: 'pipe' });
}

const gate = fileURLToPath(new URL('./hand-gate.sh', import.meta.url));

/** What stands between the harness and one node. */
export interface NodeWay {
  node: string;
  /** Before its ssh server. */
  ssh: WireFaultProxy;
  /** Before its BMC, what the API says and what the wire does. */
  bmc: HttpFaultProxy;
  bmcWire: WireFaultProxy;
}

export interface HostileWay {
  /** Folder of environments whose lab.yaml leads this way. */
  environments: string;
  nodes: NodeWay[];
  /** Keeps a hand (`remove`, `insert`) from beginning or from ending. */
  holdHand(when: 'before' | 'after', action: string): void;
  releaseHands(): void;
  /** Whether a hand has come there. */
  handCame(when: 'before' | 'after', action: string): boolean;
  close(): Promise<void>;
}

/** The parts of lab.yaml that lead to the lab. */
interface LabDocument {
  endpoints: { node: string; address: string; port?: number }[];
  ssh: { knownHosts: string };
  nodes: { name: string; power: { url: string; fingerprint: string }; disks: Record<'remove' | 'insert' | 'status', string[]>[] }[];
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run this inside the lab (ha-acceptance lab exec -- ...).`);
  return value;
}

async function openNode(document: LabDocument, node: LabDocument['nodes'][number], near: string): Promise<NodeWay> {
  const address = document.endpoints.find((endpoint) => endpoint.node === node.name)?.address ?? '';
  const bmc = await startHttpFaultProxy({ baseUrl: node.power.url, fingerprint: variable('HA_ACCEPTANCE_LAB_BMC_FINGERPRINT') });
  return { node: node.name, ssh: await startWireFaultProxy({ address, port: 22 }, near), bmc, bmcWire: await startWireFaultProxy({ address: '127.0.0.1', port: Number(new URL(bmc.baseUrl).port) }) };
}

/** The same host keys under the addresses of the proxies. A proxy has no key of its own: what is pinned stays the node's. */
function knownHosts(document: LabDocument, ways: readonly NodeWay[]): string {
  const known = variable('HA_ACCEPTANCE_LAB_KNOWN_HOSTS').split('\n');
  const lines = ways.flatMap(({ node, ssh }) => {
    const address = document.endpoints.find((endpoint) => endpoint.node === node)?.address ?? '';
    return known.filter((line) => line.split(/[ ,]/).includes(address)).map((line) => `[${ssh.address}]:${ssh.port} ${line.split(' ').slice(1).join(' ')}`);
  });
  return `${[...new Set(lines)].join('\n')}\n`;
}

function lead(document: LabDocument, ways: readonly NodeWay[], gates: string): void {
  for (const { node, ssh, bmc, bmcWire } of ways) {
    for (const endpoint of document.endpoints.filter((one) => one.node === node)) Object.assign(endpoint, { address: ssh.address, port: ssh.port });
    for (const { power, disks } of document.nodes.filter(({ name }) => name === node)) {
      Object.assign(power, { url: `https://127.0.0.1:${bmcWire.port}`, fingerprint: bmc.fingerprint });
      for (const disk of disks) for (const action of ['remove', 'insert', 'status'] as const) disk[action] = ['sh', gate, gates, ...disk[action]];
    }
  }
  document.ssh.knownHosts = 'file:known_hosts';
}

/** Opens the way; nothing is spoiled yet. Without `route` its proxies are on loopback, and the harness refuses to inject. */
export async function openHostileWay(options: { route?: boolean } = {}): Promise<HostileWay> {
  const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-way-'));
  const gates = join(folder, 'gates');
  mkdirSync(gates);
  const document = parse(readFileSync(join(environmentsFolder(), 'lab.yaml'), 'utf8')) as LabDocument;
  const nodes: NodeWay[] = [];
  if (options.route !== false) routeToProxies('replace');
  for (const [index, node] of document.nodes.entries()) nodes.push(await openNode(document, node, options.route === false ? '127.0.0.1' : place.address(index)));
  writeFileSync(join(folder, 'known_hosts'), knownHosts(document, nodes), { mode: 0o600 });
  lead(document, nodes, gates);
  writeFileSync(join(folder, 'lab.yaml'), stringify(document));
  const held = new Set<string>();
  const releaseHands = (): void => {
    for (const path of held) rmSync(path, { force: true });
    held.clear();
  };
  return {
    environments: folder,
    nodes,
    holdHand(when, action) {
      const path = join(gates, `hold-${when}-${action}`);
      writeFileSync(path, '');
      held.add(path);
    },
    releaseHands,
    handCame: (when, action) => existsSync(join(gates, `${when}-${action}`)),
    async close() {
      releaseHands();
      for (const { ssh, bmc, bmcWire } of nodes) for (const proxy of [ssh, bmcWire, bmc]) await proxy.close();
      if (options.route !== false) routeToProxies('del');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
