import { childOf, childrenOf, descendantsOf, parseXml, type XmlElement } from './xml.ts';

export interface ClusterNode {
  name: string;
  online: boolean;
  standby: boolean;
  maintenance: boolean;
  /** It has joined corosync and not yet Pacemaker. */
  pending: boolean;
  unclean: boolean;
  /** It was told to leave: its resources are being moved away, and it gets none. */
  leaving: boolean;
  coordinator: boolean;
}

export interface ClusterResource {
  id: string;
  /** For example `ocf:heartbeat:VirtualDomain`. */
  agent: string;
  role: string;
  /** What is being done with it now, for example `Migrating`; null when nothing is. */
  pending: string | null;
  targetRole: string | null;
  active: boolean;
  failed: boolean;
  blocked: boolean;
  managed: boolean;
  orphaned: boolean;
  /** Nodes on which the cluster believes it active. */
  nodes: string[];
}

export interface FencingEvent {
  action: string;
  target: string;
  /** `success`, `failed` or `pending`. */
  status: string;
  completed: string | null;
}

export interface ResourceFailure {
  resource: string;
  node: string;
  text: string;
}

export interface OperationRecord {
  node: string;
  resource: string;
  task: string;
  call: number;
  rc: number;
}

/** What Pacemaker says about itself at one moment. */
export interface ClusterStatus {
  coordinator: string | null;
  /** Null while no coordinator is elected. */
  quorate: boolean | null;
  version: string | null;
  fencingEnabled: boolean;
  nodes: ClusterNode[];
  resources: ClusterResource[];
  failures: ResourceFailure[];
  fencings: FencingEvent[];
  history: OperationRecord[];
}

/** The question; the answer is read by `readCrmMon`. The sections that name nothing but noise are left out. */
export const crmMonCommand: readonly string[] = [
  'crm_mon', '--one-shot', '--output-as=xml', '--inactive', '--exclude=all',
  '--include=dc,options,nodes,resources,operations,failcounts,failures,fencing',
];

const yes = (value: string | undefined): boolean => value === 'true';

function node({ attributes }: XmlElement): ClusterNode {
  return {
    name: attributes['name'] ?? '',
    online: yes(attributes['online']),
    standby: yes(attributes['standby']) || yes(attributes['standby_onfail']),
    maintenance: yes(attributes['maintenance']),
    pending: yes(attributes['pending']),
    unclean: yes(attributes['unclean']),
    leaving: yes(attributes['shutdown']),
    coordinator: yes(attributes['is_dc']),
  };
}

function resource(found: XmlElement): ClusterResource {
  const { attributes } = found;
  return {
    id: attributes['id'] ?? '',
    agent: attributes['resource_agent'] ?? '',
    role: attributes['role'] ?? 'Unknown',
    pending: attributes['pending'] ?? null,
    targetRole: attributes['target_role'] ?? null,
    active: yes(attributes['active']),
    failed: yes(attributes['failed']),
    blocked: yes(attributes['blocked']),
    managed: yes(attributes['managed']),
    orphaned: yes(attributes['orphaned']),
    nodes: childrenOf(found, 'node').map((place) => place.attributes['name'] ?? ''),
  };
}

/** The resource of an operation's key `<resource>_<task>_<interval in ms>`; names of resources may hold underscores. */
function resourceOfKey(key: string): string {
  return key.replace(/_[a-z]+(?:_(?:to|from))?_\d+$/, '');
}

function failure({ attributes }: XmlElement): ResourceFailure {
  const { op_key: key = '', node: where = '', exitstatus = '', exitreason = '', 'last-rc-change': at = '' } = attributes;
  const reason = exitreason === '' || exitreason === 'none' ? '' : ` (${exitreason})`;
  return { resource: resourceOfKey(key), node: where, text: `${key} on ${where}: ${exitstatus}${reason}${at === '' ? '' : ` at ${at}`}` };
}

function failCount(where: string, history: XmlElement): ResourceFailure[] {
  const { id = '', 'fail-count': count } = history.attributes;
  return count === undefined || count === '0' ? [] : [{ resource: id, node: where, text: `${id} on ${where}: fail count ${count}` }];
}

function operations(where: string, history: XmlElement): OperationRecord[] {
  const resourceId = history.attributes['id'] ?? '';
  return childrenOf(history, 'operation_history').map(({ attributes }) => ({ node: where, resource: resourceId, task: attributes['task'] ?? '', call: Number(attributes['call'] ?? -1), rc: Number(attributes['rc'] ?? -1) }));
}

/**
 * Reads the XML of `crm_mon` (Pacemaker 2.0.4 and newer).
 *
 * @throws Error when it is something else, for example the plain text of an older one.
 */
export function readCrmMon(text: string): ClusterStatus {
  const root = parseXml(text);
  if (root.name !== 'pacemaker-result' && root.name !== 'crm_mon') throw new Error(`crm_mon answered with <${root.name}>, which is not its report. It needs Pacemaker 2.0.4 or newer.`);
  const summary = childOf(root, 'summary');
  const dc = childOf(summary, 'current_dc')?.attributes ?? {};
  const histories = childrenOf(childOf(root, 'node_history'), 'node').flatMap((where) => childrenOf(where, 'resource_history').map((history) => ({ where: where.attributes['name'] ?? '', history })));
  return {
    coordinator: yes(dc['present']) ? (dc['name'] ?? null) : null,
    quorate: dc['with_quorum'] === undefined ? null : yes(dc['with_quorum']),
    version: dc['version'] ?? null,
    fencingEnabled: yes(childOf(summary, 'cluster_options')?.attributes['stonith-enabled']),
    nodes: childrenOf(childOf(root, 'nodes'), 'node').map(node),
    resources: descendantsOf(childOf(root, 'resources'), 'resource').map(resource),
    failures: [...childrenOf(childOf(root, 'failures'), 'failure').map(failure), ...histories.flatMap(({ where, history }) => failCount(where, history))],
    fencings: childrenOf(childOf(root, 'fence_history'), 'fence_event').map(({ attributes }) => ({ action: attributes['action'] ?? '', target: attributes['target'] ?? '', status: attributes['status'] ?? '', completed: attributes['completed'] ?? null })),
    history: histories.flatMap(({ where, history }) => operations(where, history)),
  };
}
