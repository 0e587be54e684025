import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clusterStatus } from '../../platforms/proxmox/requests/cluster.ts';
import { recordedData } from '../../platforms/proxmox/testing/recorded.ts';
import type { StandInAnswer, StandInRequest } from '../../platforms/proxmox/testing/stand-in.ts';
import { changeRunState, lacking } from './run-state.ts';
import { replayedCluster } from './testing.ts';
import type { ReplayedCluster } from './testing.ts';

/** INVENTED after the recorded beginning of a hastop: a guest under HA on pve2 that follows what is wanted of it after some seconds. */
let cluster: ReplayedCluster;
let managed: boolean;
let wanted: 'started' | 'stopped';
let changedAtS: number;
let task: string;

const running = (): boolean => (cluster.clock.now() / 1000 >= changedAtS + 20 ? wanted === 'started' : wanted === 'stopped');

function answer({ call, node }: StandInRequest): StandInAnswer | null {
  const second = cluster.clock.now() / 1000;
  if (call.startsWith('POST') && call.includes('/status/')) {
    wanted = call.endsWith('/start') ? 'started' : 'stopped';
    changedAtS = second;
    return { data: task };
  }
  switch (call) {
    case 'GET /cluster/ha/status/current': {
      const state = second < changedAtS + 12 ? (wanted === 'started' ? 'request_start' : 'request_stop') : second < changedAtS + 24 && wanted === 'started' ? 'starting' : wanted;
      const service = { id: 'service:vm:100', type: 'service', sid: 'vm:100', node: 'pve2', state, crm_state: state, request_state: wanted };
      return { data: [{ id: 'quorum', type: 'quorum', quorate: 1 }, { id: 'master', node: 'pve1', status: 'pve1 (active, x)' }, ...(managed ? [service] : [])] };
    }
    case 'GET /nodes/{node}/qemu/{vmid}/status/current': return node === 'pve2' ? { data: { status: running() ? 'running' : 'stopped', qmpstatus: running() ? 'running' : 'stopped', uptime: running() ? 5 : 0 } } : null;
    case 'GET /nodes/{node}/tasks': return { data: [] };
    case 'GET /nodes/{node}/tasks/{upid}/status': return { data: { status: 'stopped', exitstatus: 'OK' } };
    case 'GET /nodes/{node}/tasks/{upid}/log': return { data: [{ n: 1, t: 'TASK OK' }] };
    default: return null;
  }
}

beforeEach(async () => {
  managed = true;
  wanted = 'started';
  changedAtS = -100;
  task = String(recordedData('ha-stop-task'));
  cluster = await replayedCluster('timeline-hamigrate.txt', null, (request) => answer(request));
});
afterEach(() => cluster.close());

const posts = (): string[] => cluster.cluster.asked.filter((line) => line.includes(' POST '));
const change = async (want: 'started' | 'stopped') => (await changeRunState(cluster.context, 'web', want)).done;

describe('a guest under HA', () => {
  test('is stopped when HA says so and no process runs, long after the task that asked was OK', async () => {
    const operation = await changeRunState(cluster.context, 'web', 'stopped');
    await operation.done;
    expect(posts()).toEqual(['pve1 POST /nodes/pve2/qemu/100/status/shutdown']);
    expect(cluster.clock.now() / 1000 - changedAtS).toBeGreaterThanOrEqual(20);
    expect(operation.log().join('\n')).toMatch(/hastop[\s\S]*HA was asked[\s\S]*request_stop[\s\S]*its process runs on pve2/);
  });

  test('is started when HA has confirmed it, not when its process is there', async () => {
    wanted = 'stopped';
    task = task.replace('hastop', 'hastart');
    await change('started');
    expect(posts()).toEqual(['pve1 POST /nodes/pve2/qemu/100/status/start']);
    expect(cluster.clock.now() / 1000 - changedAtS).toBeGreaterThanOrEqual(24);
  });

  test.each(['started', 'stopped'] as const)('that is %s already is left alone', async (want) => {
    wanted = want;
    await change(want);
    expect(posts()).toEqual([]);
  });
});

test('a guest without HA is followed by its own task, and its process is looked at', async () => {
  managed = false;
  task = task.replace('hastop', 'qmshutdown');
  await change('stopped');
  expect(cluster.clock.now() / 1000 - changedAtS).toBeGreaterThanOrEqual(20);
});

test('a guest that is none is refused', async () => {
  await expect(changeRunState(cluster.context, 'nobody', 'stopped')).rejects.toMatchObject({ fault: { blame: 'tool', message: expect.stringContaining('lists no guest') as string } });
});

// Invented from recorded values.
describe('what is lacking', () => {
  const membership = clusterStatus().answer.parse(recordedData('cluster-status-node-dead'));
  const alive = { running: true, qmpStatus: 'running', uptimeS: 9, pid: 1, lock: null, haManaged: true, agentConfigured: true };
  const service = { sid: 'vm:100', node: 'pve1', state: 'started', crmState: 'started', requested: 'started' };
  const at = (node = 'pve1', said = {}) => ({ node, service: { ...service, ...said } });

  test('nothing, when HA and the process agree', () => {
    expect(lacking('started', at(), membership, alive)).toBeNull();
    expect(lacking('stopped', at('pve1', { state: 'stopped', requested: 'stopped' }), membership, { ...alive, running: false })).toBeNull();
    expect(lacking('stopped', { node: 'pve1', service: null }, membership, { ...alive, running: false })).toBeNull();
  });

  test.each([
    ['HA has not done it', at('pve1', { state: 'starting' }), alive, 'HA says starting'],
    ['HA wants something else, and will do that next', at('pve1', { requested: 'stopped' }), alive, 'HA wants it stopped'],
    ['its node is gone', at('pve3'), alive, 'no member'],
    ['no process runs', at(), { ...alive, running: false }, 'no process'],
    ['its storage is lost', at(), { ...alive, qmpStatus: 'io-error' }, 'io-error'],
  ])('%s', (_what, guest, now, words) => {
    expect(lacking('started', guest, membership, now)).toContain(words);
  });

  test('a process that still runs is not stopped, whatever HA says', () => {
    expect(lacking('stopped', at('pve1', { state: 'stopped', requested: 'stopped' }), membership, alive)).toContain('its process runs');
  });
});
