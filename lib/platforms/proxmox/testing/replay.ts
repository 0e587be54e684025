import { parseUpid } from '../upid.ts';
import type { StandInAnswer, StandInRequest } from './stand-in.ts';
import type { Timeline } from './timeline.ts';

interface Process {
  node: string;
  startedS: number;
}

interface HaEntry {
  id: string;
  node: string;
  status: string;
}

interface ResourceRow {
  vmid: number;
  node: string;
  status: string;
}

type TaskRow = [upid: string, status: string | null];

/** Plays a timeline as the API would have answered at each of its seconds. */
export interface Replay {
  /** The answer at a second of the timeline; 501 for a question that nobody asked then. */
  answer(request: StandInRequest, second: number): StandInAnswer;
  /**
   * Where the process of the guest lived at a second. DERIVED from the tasks, because nobody asked it every second: it begins
   * with a start task's OK, ends with a shutdown's OK or with its node, and goes along with a migration's OK.
   */
  process(second: number): Process | null;
  online(node: string, second: number): boolean;
}

const offlineText = (node: string): StandInAnswer => ({ status: 595, reason: `No route to host (${node})` });

/** @param vmid the guest that the timeline is about @param diedAtS when which node lost its power or link, from a mark */
export function replay(timeline: Timeline, vmid: number, died: { node: string; atS: number } | null = null): Replay {
  const membership = (second: number): [string, number | null, number | null][] => (timeline.at('cs', second) ?? []) as [string, number | null, number | null][];
  const online = (node: string, second: number): boolean => membership(second).some(([name, up]) => name === node && up === 1);
  const tasks = (second: number): TaskRow[] => (timeline.at('tasks', second) ?? []) as TaskRow[];
  const rows = (second: number): ResourceRow[] => (timeline.at('res', second) ?? []) as ResourceRow[];
  // By then each question had been asked once.
  const firstS = timeline.firstS;
  const placed = (second: number): string => rows(second).find((row) => row.vmid === vmid)?.node ?? '';

  /** A node that died is silent at once, and counted as online until the others notice; then it may come back. */
  const silent = (node: string, second: number): boolean => {
    if (!online(node, second)) return true;
    if (died === null || node !== died.node || second < died.atS) return false;
    for (let at = died.atS; at <= second; at += 0.1) if (!online(node, at)) return false;
    return true;
  };

  const process = (second: number): Process | null => {
    let alive: Process | null = { node: placed(firstS), startedS: -1000 };
    const ended = new Set(tasks(firstS).filter(([, status]) => status !== null).map(([upid]) => upid));
    for (let at = firstS; at <= second; at += 0.1) {
      if (alive !== null && (!online(alive.node, at) || (died !== null && alive.node === died.node && at >= died.atS && alive.startedS < died.atS))) alive = null;
      for (const [upid, status] of tasks(at)) {
        const task = parseUpid(upid);
        if (task === null || status !== 'OK' || ended.has(upid) || task.id !== String(vmid)) continue;
        ended.add(upid);
        // A start on the target of a migration only waits for the guest to arrive.
        if (task.type === 'qmstart' && alive === null) alive = { node: task.node, startedS: at };
        if (task.type === 'qmshutdown') alive = null;
        if (task.type === 'qmigrate' && alive !== null) alive = { ...alive, node: placed(at) };
      }
    }
    return alive;
  };

  const haCurrent = (second: number): object[] => ((timeline.at('ha', second) ?? []) as HaEntry[]).map((entry) => {
    const type = entry.id.replace(/:.*$/, '');
    if (type === 'quorum') return { ...entry, type, quorate: entry.status === 'OK' ? 1 : 0 };
    return { ...entry, type, ...(type === 'service' ? { sid: entry.id.slice(8) } : {}), status: `${entry.status}, Fri Nov 20 18:00:00 2026)` };
  });

  const managerStatus = (second: number): object => {
    const { master, node_status, ss } = (timeline.at('mgr', second) ?? {}) as { master?: string; node_status?: object; ss?: object };
    return { manager_status: { master_node: master, node_status, service_status: ss, timestamp: 1 }, lrm_status: {}, quorum: { quorate: '1' } };
  };

  const taskList = (second: number, node: string | null): object[] => tasks(second).flatMap(([upid, status]) => {
    const task = parseUpid(upid);
    if (task === null || (node !== null && task.node !== node)) return [];
    return [{ upid, node: task.node, type: task.type, id: task.id, user: task.user, starttime: task.startTime, ...(status === null ? {} : { endtime: task.startTime + 1, status }) }];
  });

  const guestsOf = (node: string, second: number): object[] => rows(second).flatMap((row) => {
    if (row.node !== node) return [];
    const alive = process(second);
    const runs = row.vmid === vmid ? alive?.node === node : row.status === 'running';
    return [{ vmid: row.vmid, status: runs ? 'running' : 'stopped', uptime: runs ? Math.floor(second - (alive?.startedS ?? 0)) : 0 }];
  });

  const now = (node: string, second: number): StandInAnswer => {
    if (placed(second) !== node) return { status: 500, reason: `Configuration file 'nodes/${node}/qemu-server/${vmid}.conf' does not exist` };
    const alive = process(second);
    const lock = (rows(second) as (ResourceRow & { lock: string | null })[]).find((row) => row.vmid === vmid)?.lock;
    return { data: { status: alive?.node === node ? 'running' : 'stopped', ...(alive?.node === node ? { qmpstatus: 'running', uptime: Math.floor(second - alive.startedS), pid: 1072 } : { qmpstatus: 'stopped', uptime: 0 }), ...(typeof lock === 'string' ? { lock } : {}), ha: { managed: 1 }, agent: 1 } };
  };

  return {
    process,
    online,
    answer({ call, node, endpoint, values }, second) {
      if (node !== endpoint && silent(node, second)) return offlineText(node);
      switch (call) {
        // The poller did not keep who says so, which every node adds to its own line.
        case 'GET /cluster/status': return { data: membership(second).map(([name, up, quorate], index) => (quorate === null ? { type: 'node', name, online: up, nodeid: index, local: name === endpoint ? 1 : 0 } : { type: 'cluster', name, quorate })) };
        case 'GET /cluster/ha/status/current': return { data: haCurrent(second) };
        case 'GET /cluster/ha/status/manager_status': return { data: managerStatus(second) };
        case 'GET /cluster/resources': return { data: rows(second).map((row) => ({ ...row, type: 'qemu', name: `guest${row.vmid}` })) };
        case 'GET /cluster/tasks': return { data: taskList(second, null) };
        case 'GET /nodes/{node}/tasks': return { data: taskList(second, node) };
        case 'GET /nodes/{node}/tasks/{upid}/status': {
          const status = tasks(second).find(([upid]) => upid === values['upid'])?.[1] ?? null;
          return { data: status === null ? { status: 'running' } : { status: 'stopped', exitstatus: status } };
        }
        case 'GET /nodes/{node}/qemu': return { data: guestsOf(node, second) };
        case 'GET /nodes/{node}/lxc': return { data: [] };
        case 'GET /nodes/{node}/qemu/{vmid}/status/current': return values['vmid'] === String(vmid) ? now(node, second) : { status: 500, reason: `Configuration file 'nodes/${node}/qemu-server/${values['vmid']}.conf' does not exist` };
        default: return { status: 501, reason: `Method '${call}' not implemented` };
      }
    },
  };
}
