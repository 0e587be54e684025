import type { Permissions } from './requests/access.ts';

/** A privilege that the harness needs somewhere, and what cannot be done without it. */
export interface NeededPrivilege {
  path: string;
  privilege: string;
  why: string;
}

/** Everywhere. Sources: the API's schema, and where its calls check in code: API2/VZDump.pm, API2/Qemu.pm, API2/Tasks.pm. */
const everywhere: readonly [string, string, string][] = [
  ['/', 'Sys.Audit', 'read cluster, nodes, HA, Ceph, and the tasks that HA starts as root@pam'],
  ['/', 'Sys.Console', 'set the requested state of HA guests'],
  ['/nodes', 'Sys.PowerMgmt', 'shut nodes down and restart them'],
  ['/pool/ha-acceptance', 'Pool.Audit', 'read the lock of the cluster, which is the comment of this pool'],
  ['/pool/ha-acceptance', 'Pool.Allocate', 'write the lock of the cluster'],
  ['/pool/ha-acceptance-removal', 'Pool.Audit', 'remove the lock of the cluster, which one harness alone may do at a time'],
  ['/pool/ha-acceptance-removal', 'Pool.Allocate', 'remove the lock of the cluster'],
  ['/vms', 'VM.Audit', 'see guests and how they run'],
  ['/vms', 'VM.Migrate', 'migrate guests'],
  ['/vms', 'VM.PowerMgmt', 'start and stop guests'],
  ['/vms', 'VM.Backup', 'back guests up'],
  ['/vms', 'VM.Allocate', 'restore a backup as a scratch guest and remove it'],
  ['/vms', 'VM.Config.Network', 'cut the network of a scratch guest'],
  ['/vms', 'VM.Config.Options', 'keep a scratch guest from starting at boot'],
  ['/storage', 'Datastore.Audit', 'see storages and backups'],
  ['/storage', 'Datastore.AllocateSpace', 'write and remove backups, restore disks'],
];

/** The agent's privilege has changed its name: VM.Monitor until 8, and gone in 9. */
function agentPrivileges(major: number): readonly [string, string, string][] {
  if (major < 9) return [['/vms', 'VM.Monitor', 'ask the agent inside guests']];
  return [['/vms', 'VM.GuestAgent.Audit', 'ask the agent inside guests'], ['/vms', 'VM.GuestAgent.Unrestricted', 'run a program in a restored guest by its agent, which asks it for its data']];
}

/** From 8 on, whoever gives a guest an interface must be allowed to use its bridge (qemu-server, check_bridge_access). */
function bridgePrivileges(major: number): readonly [string, string, string][] {
  return major < 8 ? [] : [['/sdn', 'SDN.Use', 'restore a scratch guest with its interfaces, their cables pulled']];
}

/** All privileges that the requests of this client need. @param major version of Proxmox VE */
export function neededPrivileges(major: number): NeededPrivilege[] {
  return [...everywhere, ...bridgePrivileges(major), ...agentPrivileges(major)].map(([path, privilege, why]) => ({ path, privilege, why }));
}

/** Whether a privilege holds on a path and below it: told by the nearest path above that has entries of its own. */
function holds(permissions: Permissions, path: string, privilege: string): boolean {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('/')) || '/') {
    const here = permissions[at];
    // A privilege that does not propagate (false) is none for what is below.
    if (here !== undefined) return here[privilege] === true;
    if (at === '/') return false;
  }
}

/**
 * Which of the needed privileges are missing, from the answer to `/access/permissions`. Asked beforehand, because lists are
 * shortened without a word for whoever may not see: an empty list may mean "no permission".
 */
export function missingPrivileges(permissions: Permissions, needed: readonly NeededPrivilege[]): NeededPrivilege[] {
  return needed.filter(({ path, privilege }) => !holds(permissions, path, privilege));
}
