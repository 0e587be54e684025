import { z } from 'zod';
import { perlBoolean, perlNumber, perlText } from '../perl.ts';
import { read, write } from '../request.ts';
import type { ProxmoxRead, ProxmoxWrite } from '../request.ts';

/** State of a local resource manager; `old-timestamp` when it has not reported for 30 s (HA/Status.pm), which is no proof of death. */
export type LrmState = 'active' | 'idle' | 'wait-for-lock' | 'lost-lock' | 'maintenance' | 'restart' | 'shutdown' | 'old-timestamp' | 'other';

/** The HA stack as one node reports it. */
export interface HaCurrent {
  quorate: boolean;
  /** Node of the manager (CRM master) that decides for the cluster, and whether it still reports; null before there was any. */
  master: { node: string; alive: boolean } | null;
  lrms: { node: string; state: LrmState; text: string }[];
  services: HaService[];
}

export interface HaService {
  /** `vm:100` or `ct:101`. */
  sid: string;
  node: string;
  /** The state that counts: `starting` until the resource manager of the node has confirmed that it runs, `started` from then on. Unknown words pass: newer versions have more. */
  state: string;
  /** What the manager decided; `started` already while the guest is being started elsewhere. Never take it for life. */
  crmState: string;
  requested: string;
}

const entry = z.object({ id: z.string(), type: z.string().optional(), node: z.string().optional(), status: z.string().optional(), quorate: perlBoolean.optional(), sid: z.string().optional(), state: z.string().optional(), crm_state: z.string().optional(), request_state: z.string().optional() });

const lrmWords: readonly [RegExp, LrmState][] = [
  [/^old timestamp/, 'old-timestamp'], [/^wait_for_agent_lock/, 'wait-for-lock'], [/^lost agent lock|^lost_agent_lock/, 'lost-lock'], [/^maintenance/, 'maintenance'], [/^restart/, 'restart'], [/^shutdown/, 'shutdown'], [/^active/, 'active'], [/^idle/, 'idle'],
];

/** `pve3 (old timestamp - dead?, Fri Nov 20 18:15:34 2026)` without its node and its date. */
function wordsOf(status: string): string {
  return /\(([^,)]*)/.exec(status)?.[1]?.trim() ?? status;
}

const current = z.array(entry).transform((entries): HaCurrent => {
  const master = entries.find(({ id }) => id === 'master');
  return {
    quorate: entries.find(({ id }) => id === 'quorum')?.quorate ?? false,
    master: master?.node === undefined ? null : { node: master.node, alive: !wordsOf(master.status ?? '').startsWith('old timestamp') },
    lrms: entries.flatMap(({ id, node, status = '' }) => (id.startsWith('lrm:') ? [{ node: node ?? id.slice(4), state: lrmWords.find(([words]) => words.test(wordsOf(status)))?.[1] ?? 'other', text: wordsOf(status) }] : [])),
    services: entries.flatMap(({ id, sid, node, state, crm_state: crmState, request_state: requested }) =>
      (id.startsWith('service:') ? [{ sid: sid ?? id.slice(8), node: node ?? '', state: state ?? 'unknown', crmState: crmState ?? state ?? 'unknown', requested: requested ?? 'unknown' }] : [])),
  };
});

/** Quorum, manager, resource managers and services. Idle HA shows nothing but quorum. */
export function haCurrent(): ProxmoxRead<HaCurrent> {
  return read('/cluster/ha/status/current', {}, current);
}

/** What the manager itself keeps. */
export interface HaManager {
  master: string | null;
  /** Seconds since 1970 of its last round, by the clock of the master. */
  timestamp: number | null;
  /** `online`, `maintenance`, `unknown`, `fence`, `gone`. */
  nodes: Record<string, string>;
  /** `confirmed`: the resource manager of the node reported that it runs since the last change. */
  services: Record<string, { node: string; state: string; target: string | null; confirmed: boolean }>;
  /** Results of the resource managers' last jobs; an exit code other than 0 is a failure that PVE says nowhere else. */
  results: { node: string; sid: string; state: string; exitCode: number | null }[];
}

const job = z.object({ sid: z.string().optional(), state: z.string().optional(), exit_code: perlNumber.nullish() });
const manager = z
  .object({
    manager_status: z.object({
      master_node: z.string().optional(),
      timestamp: perlNumber.optional(),
      node_status: z.record(z.string(), z.string()).default({}),
      service_status: z.record(z.string(), z.object({ node: z.string(), state: z.string(), target: z.string().optional(), running: perlBoolean.optional() })).default({}),
    }),
    lrm_status: z.record(z.string(), z.object({ results: z.record(z.string(), job).optional() })).default({}),
  })
  .transform(({ manager_status: status, lrm_status: lrms }): HaManager => ({
    master: status.master_node ?? null,
    timestamp: status.timestamp ?? null,
    nodes: status.node_status,
    services: Object.fromEntries(Object.entries(status.service_status).map(([sid, { node, state, target, running }]) => [sid, { node, state, target: target ?? null, confirmed: running ?? false }])),
    results: Object.entries(lrms).flatMap(([node, { results = {} }]) => Object.values(results).map(({ sid = '', state = '', exit_code: exitCode }) => ({ node, sid, state, exitCode: exitCode ?? null }))),
  }));

/** The manager's own status: nodes as it judges them, services with confirmation, results of jobs. */
export function haManagerStatus(): ProxmoxRead<HaManager> {
  return read('/cluster/ha/status/manager_status', {}, manager);
}

export interface HaResource {
  sid: string;
  state: string;
  group: string | null;
  maxRestart: number | null;
  maxRelocate: number | null;
  /** Goes back by itself when a better node returns. Null where the answer does not say: then it does (PVE 9), or its group tells (7, 8). */
  failback: boolean | null;
  comment: string;
}

const resources = z
  .array(z.object({ sid: z.string(), state: z.string().default('started'), group: z.string().optional(), max_restart: perlNumber.optional(), max_relocate: perlNumber.optional(), failback: perlBoolean.optional(), comment: z.string().nullish() }))
  .transform((rows) => rows.map(({ sid, state, group, max_restart: maxRestart, max_relocate: maxRelocate, failback, comment }): HaResource => ({ comment: comment ?? '', sid, state, group: group ?? null, maxRestart: maxRestart ?? null, maxRelocate: maxRelocate ?? null, failback: failback ?? null })));

/** HA resources as they are configured. */
export function haResources(): ProxmoxRead<HaResource[]> {
  return read('/cluster/ha/resources', {}, resources);
}

/** A rule (PVE 9) or group (PVE 7, 8) that says where guests may or should be. */
export interface HaPlacementRule {
  name: string;
  kind: 'node-affinity' | 'resource-affinity' | 'group' | 'other';
  sids: string[];
  /** Node to priority; the highest is preferred. */
  nodes: Record<string, number>;
  /** Only these nodes, or also others when they are all gone. */
  strict: boolean;
  /** Guests go back by themselves when a better node returns. Null for rules: PVE 9 has this at the resource. */
  failback: boolean | null;
  /** Of a `resource-affinity`: HA keeps its guests on one node (`positive`), or each on another (`negative`). It always must: otherwise they stay in `recovery`. */
  affinity?: 'positive' | 'negative';
}

const list = (text: string): string[] => text.split(',').map((part) => part.trim()).filter((part) => part !== '');

function priorities(text: string): Record<string, number> {
  return Object.fromEntries(list(text).map((part) => {
    const [node = '', priority = '0'] = part.split(':');
    return [node, Number(priority)];
  }));
}

const rules = z
  .array(z.object({ rule: perlText, type: z.string(), resources: z.string().default(''), nodes: z.string().default(''), strict: perlBoolean.optional(), disable: perlBoolean.optional(), affinity: z.enum(['positive', 'negative']).optional(), errors: z.record(z.string(), z.unknown()).nullish() }))
  .transform((rows) => rows.flatMap(({ rule, type, resources: sids, nodes, strict, disable, affinity, errors }): HaPlacementRule[] =>
    (disable === true || (errors !== null && errors !== undefined) ? [] : [{ name: rule, kind: type === 'node-affinity' || type === 'resource-affinity' ? type : 'other', sids: list(sids), nodes: priorities(nodes), strict: strict ?? false, failback: null, ...(affinity === undefined ? {} : { affinity }) }])));

/** Rules in force: not those that are switched off, nor those that HA leaves out because they contradict others (`errors`, API2/HA/Rules.pm). PVE 9 only; before, the call is 501. */
export function haRules(): ProxmoxRead<HaPlacementRule[]> {
  return read('/cluster/ha/rules', {}, rules);
}

const groups = z
  .array(z.object({ group: perlText, nodes: z.string().default(''), restricted: perlBoolean.optional(), nofailback: perlBoolean.optional() }))
  .transform((rows) => rows.map(({ group, nodes, restricted, nofailback }): HaPlacementRule => ({ name: group, kind: 'group', sids: [], nodes: priorities(nodes), strict: restricted ?? false, failback: nofailback !== true })));

/** Groups of PVE 7 and 8; which guests are in them is told by `haResources`. In PVE 9 the call is 500: migrated to rules. */
export function haGroups(): ProxmoxRead<HaPlacementRule[]> {
  return read('/cluster/ha/groups', {}, groups);
}

export type HaRequest = 'started' | 'stopped' | 'disabled' | 'ignored';

/** Says what HA shall make of a guest, and with `comment` why; an empty one is removed. It only tells the manager: no task, and nothing has happened yet when it returns. */
export function setHaState(sid: string, state: HaRequest, comment?: string): ProxmoxWrite<null> {
  const words = comment === undefined ? {} : comment === '' ? { delete: 'comment' } : { comment };
  return write('PUT', '/cluster/ha/resources/{sid}', { sid }, z.unknown().transform(() => null), { state, ...words });
}
