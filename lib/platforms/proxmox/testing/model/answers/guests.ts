import type { StandInAnswer, StandInRequest } from '../../stand-in.ts';
import { endGuest, moveGuest, startGuest } from '../guests.ts';
import { uptimeOf } from '../samples.ts';
import { blockersOn, dependentsOf } from '../rules.ts';
import { startTask } from '../tasks.ts';
import { nodeOf, sidOf } from '../world.ts';
import type { GuestModel, World } from '../world.ts';
import { refuse, withGuest, writing } from './handler.ts';
import type { Handler } from './handler.ts';

const current = (world: World, guest: GuestModel): StandInAnswer => {
  const runs = guest.process?.node === guest.node;
  return { data: {
    vmid: Number(guest.vmid), name: guest.config['name'], status: runs ? 'running' : 'stopped', uptime: runs ? uptimeOf(world, guest) : 0, agent: guest.config['agent'] === undefined ? 0 : 1,
    ...(guest.kind === 'vm' ? { qmpstatus: runs ? 'running' : 'stopped' } : {}), ...(runs ? { pid: guest.process?.pid } : {}), ...(guest.lock === null ? {} : { lock: guest.lock }),
    ha: { managed: guest.requested === null ? 0 : 1, ...(guest.requested === null ? {} : { state: guest.requested }) },
  } };
};

const list = (kind: GuestModel['kind']): Handler => (world, { node }) => ({ data: [...world.guests.values()].filter((guest) => guest.kind === kind && guest.node === node).map((guest) => ({ vmid: Number(guest.vmid), name: guest.config['name'], status: guest.process?.node === node ? 'running' : 'stopped', uptime: guest.process?.node === node ? uptimeOf(world, guest) : 0 })) });

/** Under HA the task only tells the manager what is wanted, and ends OK (ha-stop-task, hamigrate100). */
function queue(world: World, { node, user }: StandInRequest, type: string, vmid: string, log: readonly string[], then: () => void): StandInAnswer {
  return { data: startTask(world, { node, type, id: vmid, user, forS: world.work.queue, log, finish: () => {
    then();
    return 'OK';
  } }) };
}

const change = (kind: GuestModel['kind'], how: 'start' | 'shutdown' | 'stop'): Handler => writing(withGuest(kind, (world, guest, request) => {
  if (guest.requested !== null && guest.requested !== 'ignored') {
    return queue(world, request, how === 'start' ? 'hastart' : 'hastop', guest.vmid, [`Requesting HA ${how === 'start' ? 'start' : 'stop'} for VM ${guest.vmid}`], () => { guest.requested = how === 'start' ? 'started' : 'stopped'; });
  }
  if (how === 'start') return { data: startGuest(world, guest, request.user) };
  if (guest.process === null && how === 'shutdown') return refuse(`VM ${guest.vmid} not running`);
  return { data: endGuest(world, guest, request.user, how) };
}));

const migrate = (kind: GuestModel['kind']): Handler => writing(withGuest(kind, (world, guest, request) => {
  const { target = '', online, restart } = request.values;
  if (!world.nodes.has(target)) return refuse(`no such cluster node '${target}'`);
  if (target === request.node) return { status: 400, reason: 'Parameter verification failed.', errors: { target: 'target is local node.' } };
  if (!nodeOf(world, target).online) return refuse(`target node '${target}' is not online`);
  if (kind === 'vm' && guest.process !== null && online !== '1') return refuse("can't migrate running VM without --online");
  if (kind === 'container' && guest.process !== null && restart !== '1' && online !== '1') return refuse("can't migrate running container without --online or --restart");
  if (guest.requested !== null && guest.requested !== 'ignored') {
    return queue(world, request, 'hamigrate', guest.vmid, [`Requesting HA migration for ${kind === 'vm' ? 'VM' : 'CT'} ${guest.vmid} to node ${target}`], () => void world.manager.orders.push({ sid: sidOf(guest), command: kind === 'vm' ? 'migrate' : 'relocate', target }));
  }
  if (guest.lock !== null) return refuse(`VM is locked (${guest.lock})`);
  return { data: moveGuest(world, guest, target, request.user) };
}));

/** As the source of 9.1 makes it: each other node, there or not, is allowed unless something is said against it; the empty words of one that is allowed were recorded. */
const precheck = withGuest('vm', (world, guest) => {
  const sid = sidOf(guest);
  const ways = [...world.nodes.values()].filter(({ name }) => name !== guest.node).map(({ name, online }) => ({ name, blockers: guest.requested === null || !online ? [] : blockersOn(world, sid, name) }));
  return { data: {
    running: guest.process === null ? 0 : 1, local_disks: [], local_resources: [], 'mapped-resources': [], 'mapped-resource-info': {}, 'has-dbus-vmstate': 1,
    allowed_nodes: ways.filter(({ blockers }) => blockers.length === 0).map(({ name }) => name),
    not_allowed_nodes: Object.fromEntries(ways.map(({ name, blockers }) => [name, blockers.length === 0 ? {} : { 'blocking-ha-resources': blockers.map((blocker) => ({ sid: blocker, cause: 'resource-affinity' })) }])),
    ...(guest.requested === null ? {} : { 'dependent-ha-resources': dependentsOf(world, sid) }),
  } };
});

/** Keys that mean the request and not the configuration. */
const notConfig = new Set(['node', 'vmid', 'delete', 'revert', 'digest', 'skiplock', 'force', 'background_delay']);

/** Options that nobody but root@pam itself may set or delete (API2/Qemu.pm, check_vm_modify_config_perm; LXC.pm, check_ct_modify_config_perm). */
const rootsOptions = new Set(['args', 'hookscript']);

const setConfig = (kind: GuestModel['kind']): Handler => writing(withGuest(kind, (_world, guest, { values, user }) => {
  const deleted = (values['delete'] ?? '').split(/[,; ]+/);
  const denied = user === 'root@pam' ? undefined : [...Object.keys(values), ...deleted].find((key) => rootsOptions.has(key));
  if (denied !== undefined) return kind === 'vm' ? refuse(`only root can set '${denied}' config`) : refuse(`Permission check failed (changing the ${denied} is only allowed for root@pam)`, 403);
  if (guest.lock !== null) return refuse(`VM is locked (${guest.lock})`);
  for (const key of deleted) Reflect.deleteProperty(guest.config, key);
  for (const [key, value] of Object.entries(values)) if (!notConfig.has(key)) guest.config[key] = value;
  return { data: null };
}));

const remove = (kind: GuestModel['kind']): Handler => writing(withGuest(kind, (world, guest, { node, user, values }) => {
  if (guest.process !== null) return refuse(kind === 'vm' ? `VM ${guest.vmid} is running - destroy failed` : `unable to destroy CT ${guest.vmid} - container is running`);
  if (guest.requested !== null && values['purge'] !== '1') return refuse(`unable to remove VM ${guest.vmid} - used in HA resources and purge parameter not set.`);
  return { data: startTask(world, { node, type: kind === 'vm' ? 'qmdestroy' : 'vzdestroy', id: guest.vmid, user, forS: 2, finish: () => {
    if (guest.lock !== null) return `VM is locked (${guest.lock})`;
    world.guests.delete(guest.vmid);
    return 'OK';
  } }) };
}));

/** The agent answers some time after the start of the guest; before that it is not running, and without the guest neither. */
const withAgent = (then: (world: World, guest: GuestModel, request: StandInRequest) => unknown): Handler => withGuest('vm', (world, guest, request) => {
  if (guest.config['agent'] === undefined) return refuse('No QEMU guest agent configured');
  if (guest.process?.node !== guest.node) return refuse(`VM ${guest.vmid} is not running`);
  if (uptimeOf(world, guest) < world.work.agent) return refuse('QEMU guest agent is not running');
  const data = then(world, guest, request);
  if (typeof data === 'string') return refuse(data);
  return data === null ? refuse(`Agent error: PID ${request.values['pid'] ?? ''} does not exist`) : { data };
});

/** Answers of the agent's programs; each is told once. */
const said = new WeakMap<World, Map<string, string>>();
const outputs = (world: World): Map<string, string> => {
  const known = said.get(world) ?? new Map<string, string>();
  said.set(world, known);
  return known;
};

const exec = withAgent((world, guest) => {
  const pid = String((world.count += 1));
  outputs(world).set(pid, world.programs(guest));
  return { pid: Number(pid) };
});

const execStatus = withAgent((world, _guest, { values }) => {
  const pid = values['pid'] ?? '';
  const output = outputs(world).get(pid);
  outputs(world).delete(pid);
  return output === undefined ? null : { exited: 1, exitcode: 0, 'out-data': output };
});

/** Not recorded: as its source has it (API2/Qemu/Agent.pm; qga/commands-posix.c, guest-file-open). The guest is a Linux that has its boot id and no other file. */
const fileRead = withAgent((_world, guest, { values }) => {
  const file = values['file'] ?? '';
  if (file !== '/proc/sys/kernel/random/boot_id') return `Agent error: failed to open file '${file}' (mode: 'r'): No such file or directory`;
  const content = `${guest.process?.boot ?? ''}\n`;
  return { content, 'bytes-read': content.length };
});

const perKind = (kind: GuestModel['kind']): Record<string, Handler> => {
  const at = `/nodes/{node}/${kind === 'vm' ? 'qemu' : 'lxc'}`;
  return {
    [`GET ${at}`]: list(kind),
    [`GET ${at}/{vmid}/status/current`]: withGuest(kind, current),
    [`GET ${at}/{vmid}/config`]: withGuest(kind, (_world, guest) => ({ data: { ...guest.config, ...(guest.lock === null ? {} : { lock: guest.lock }), digest: 'model' } })),
    [`PUT ${at}/{vmid}/config`]: setConfig(kind),
    [`POST ${at}/{vmid}/status/start`]: change(kind, 'start'),
    [`POST ${at}/{vmid}/status/shutdown`]: change(kind, 'shutdown'),
    [`POST ${at}/{vmid}/status/stop`]: change(kind, 'stop'),
    [`POST ${at}/{vmid}/migrate`]: migrate(kind),
    [`DELETE ${at}/{vmid}`]: remove(kind),
  };
};

export const guestAnswers: Readonly<Record<string, Handler>> = {
  ...perKind('vm'),
  ...perKind('container'),
  'GET /nodes/{node}/qemu/{vmid}/migrate': precheck,
  'POST /nodes/{node}/qemu/{vmid}/agent/ping': withAgent(() => ({ result: {} })),
  'POST /nodes/{node}/qemu/{vmid}/agent/exec': exec,
  'GET /nodes/{node}/qemu/{vmid}/agent/exec-status': execStatus,
  'GET /nodes/{node}/qemu/{vmid}/agent/file-read': fileRead,
};

