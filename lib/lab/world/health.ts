import { Resolver } from 'node:dns/promises';
import { XMLParser } from 'fast-xml-parser';
import { dnsGuest, dnsNames, labGuests, webGuest } from '../topology.ts';
import type { NodeMachine } from './node-machine.ts';
import { onNode } from './node-shell.ts';

export interface NodeHealth {
  name: string;
  power: 'on' | 'off';
  /** Member of the cluster and fit to run guests. */
  online: boolean;
  coordinator: boolean;
}

export interface GuestHealth {
  name: string;
  address: string;
  node: string | null;
  /** Its page, its disk ring and, for dns, its names answer as they must. */
  answering: boolean;
}

/** What the world knows about itself when asked. */
export interface WorldHealth {
  healthy: boolean;
  quorate: boolean;
  storage: string;
  storageHealthy: boolean;
  nodes: NodeHealth[];
  guests: GuestHealth[];
}

interface ClusterView {
  quorate: boolean;
  online: Set<string>;
  coordinator: string | null;
  placement: Map<string, string>;
}

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', isArray: (name) => ['node', 'resource'].includes(name) });
/** Short, because what is asked before its host exists would otherwise wait for the next try of the network stack. */
const requestTimeoutMs = 1000;

interface CrmMon {
  'pacemaker-result'?: {
    summary?: { current_dc?: { with_quorum?: string; name?: string } };
    nodes?: { node?: { name: string; online: string; unclean: string; pending: string }[] };
    resources?: { resource?: { id: string; active: string; failed: string; role: string; node?: { name: string }[] }[] };
  };
}

/** Reads `crm_mon --output-as=xml`. */
export function readCrmMon(text: string): ClusterView {
  const result = (parser.parse(text) as CrmMon)['pacemaker-result'];
  const nodes = result?.nodes?.node ?? [];
  const placement = new Map<string, string>();
  for (const resource of result?.resources?.resource ?? []) {
    const on = resource.node?.[0]?.name;
    if (resource.active === 'true' && resource.failed !== 'true' && resource.role === 'Started' && on !== undefined) placement.set(resource.id, on);
  }
  return {
    quorate: result?.summary?.current_dc?.with_quorum === 'true',
    coordinator: result?.summary?.current_dc?.name ?? null,
    online: new Set(nodes.filter((node) => node.online === 'true' && node.unclean !== 'true' && node.pending !== 'true').map((node) => node.name)),
    placement,
  };
}

interface CephStatus {
  health?: { status?: string; checks?: Record<string, { summary?: { message?: string } }> };
  osdmap?: { num_osds?: number; num_up_osds?: number; num_in_osds?: number };
  pgmap?: { num_pgs?: number; pgs_by_state?: { state_name: string; count: number }[] };
}

/** Reads `ceph status --format json`: whole when everything is up, in, active and clean. */
export function readCephStatus(text: string): { healthy: boolean; detail: string } {
  const status = JSON.parse(text) as CephStatus;
  const groups = status.pgmap?.num_pgs ?? 0;
  const clean = status.pgmap?.pgs_by_state?.find((entry) => entry.state_name === 'active+clean')?.count ?? 0;
  const { num_osds: all = 0, num_up_osds: up = 0, num_in_osds: used = 0 } = status.osdmap ?? {};
  const checks = Object.values(status.health?.checks ?? {}).map((check) => check.summary?.message ?? '').join('; ');
  return {
    healthy: status.health?.status === 'HEALTH_OK' && groups > 0 && clean === groups && all === 3 && up === 3 && used === 3,
    detail: `${status.health?.status ?? 'unknown'}${checks === '' ? '' : ` (${checks})`}, ${up} of ${all} disks up, ${clean} of ${groups} placement groups whole`,
  };
}

/** The cluster as its first reachable node sees it; null when none answers. */
export async function clusterView(machines: readonly NodeMachine[]): Promise<ClusterView | null> {
  for (const machine of machines.filter((candidate) => candidate.isOn())) {
    try {
      return readCrmMon((await onNode(machine, ['crm_mon', '-1', '--output-as=xml'], { timeoutMs: 5000 })).stdout);
    } catch {
      // not up yet, or on its way down: the next one
    }
  }
  return null;
}

/** The storage as a node sees it. */
export async function storageView(machines: readonly NodeMachine[]): Promise<{ healthy: boolean; detail: string }> {
  const machine = machines.find((candidate) => candidate.isOn());
  if (machine === undefined) return { healthy: false, detail: 'no node is powered on' };
  try {
    return readCephStatus((await onNode(machine, ['ceph', 'status', '--format', 'json', '--connect-timeout', '5'], { timeoutMs: 15_000 })).stdout);
  } catch {
    return { healthy: false, detail: 'the storage does not answer' };
  }
}

/** True when a guest serves: its disk ring runs without errors, its page is there, and (dns) the names resolve as they must. */
export async function guestAnswers(name: string): Promise<boolean> {
  const guest = labGuests.find((candidate) => candidate.name === name);
  if (guest === undefined) return false;
  try {
    const signal = AbortSignal.timeout(requestTimeoutMs);
    const status = (await (await fetch(`http://${guest.address}/status.json`, { signal })).json()) as { state: string; errors: number; ack: number };
    if (status.state !== 'running' || status.ack === 0) return false;
    if (guest === webGuest) return (await (await fetch(`http://${guest.address}/`, { signal })).text()).includes('web is serving');
    const resolver = new Resolver({ timeout: requestTimeoutMs, tries: 1 });
    resolver.setServers([dnsGuest.address]);
    const answers = await Promise.all(dnsNames.map(async (entry) => (await resolver.resolve4(entry.name))[0] === entry.address));
    return answers.every(Boolean);
  } catch {
    return false;
  }
}

/** Looks at everything, once. */
export async function worldHealth(machines: readonly NodeMachine[]): Promise<WorldHealth> {
  const [view, storage, ...answering] = await Promise.all([clusterView(machines), storageView(machines), ...labGuests.map((guest) => guestAnswers(guest.name))]);
  const nodes = machines.map(({ node, isOn }): NodeHealth => ({ name: node.name, power: isOn() ? 'on' : 'off', online: view?.online.has(node.name) ?? false, coordinator: view?.coordinator === node.name }));
  const guests = labGuests.map((guest, index): GuestHealth => ({ name: guest.name, address: guest.address, node: view?.placement.get(guest.name) ?? null, answering: answering[index] ?? false }));
  const quorate = view?.quorate ?? false;
  return {
    healthy: quorate && storage.healthy && nodes.every((node) => node.online) && guests.every((guest) => guest.answering && guest.node !== null),
    quorate, storage: storage.detail, storageHealthy: storage.healthy, nodes, guests,
  };
}
