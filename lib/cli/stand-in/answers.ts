import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a node answers to a command. */
export interface Answer {
  code: number;
  stdout: string;
}

const fixtures = new URL('../../platforms/', import.meta.url);
const recorded = (path: string): string => readFileSync(new URL(path, fixtures), 'utf8');

/** Answers recorded from the lab: see the README of the fixtures. */
const status = recorded('pacemaker/fixtures/crm-mon-idle.xml');
const configuration = recorded('pacemaker/fixtures/cib.xml');
const healthy = recorded('ceph/fixtures/healthy.txt');
const degraded = recorded('ceph/fixtures/degraded.txt');

/** The disk whose absence the recorded degraded storage tells of, and its node. */
export const standInDisk = { id: 'osd.1', node: 'n2' };
export const standInCluster = 'ha-acceptance-lab';
/** Digest that the nodes give of their key. */
export const standInDigest = '5f'.repeat(32);

const domains: Readonly<Record<string, string>> = { n1: 'dns\n', n2: 'web\n', n3: '' };
/** Pacemaker's status for "no such object". */
const noSuchObject = 105;
const fileExists = 108;

export interface StandInState {
  /**
   * Folder in which the disk is, or is not; `property` in it is the lock of the cluster. With a file `storage-blind` the storage
   * never notices, with `storage-ill` it is degraded whatever the disk is; with `no-quorum` nothing can be written to the cluster
   * while the disk is out.
   */
  folder: string;
}

const said = (stdout: string): Answer => ({ code: 0, stdout });

const diskIsIn = ({ folder }: StandInState): boolean => existsSync(join(folder, 'slots', standInDisk.id));

function storage(state: StandInState): string {
  const has = (file: string): boolean => existsSync(join(state.folder, file));
  return !has('storage-ill') && (diskIsIn(state) || has('storage-blind')) ? healthy : degraded;
}

function property(command: string, state: StandInState): Answer {
  const path = join(state.folder, 'property');
  const kept = existsSync(path) ? readFileSync(path, 'utf8') : null;
  if (command.startsWith('crm_attribute ')) return kept === null ? { code: noSuchObject, stdout: '' } : said(`${kept}\n`);
  if (!diskIsIn(state) && existsSync(join(state.folder, 'no-quorum'))) return { code: 1, stdout: '' };
  const value = /<nvpair .* value="(.*)"\/>/s.exec(command)?.[1]?.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  if (command.includes(' --create ')) {
    if (kept !== null) return { code: fileExists, stdout: '' };
    writeFileSync(path, value ?? '', { flag: 'wx' });
    return said('');
  }
  if (kept === null || !command.includes(kept)) return command.includes(' --delete ') ? said('') : { code: noSuchObject, stdout: '' };
  if (command.includes(' --delete ')) rmSync(path, { force: true });
  else writeFileSync(path, value ?? '');
  return said('');
}

/** In their order; the first that fits answers. Forms are those of the programs, figures invented where nothing was recorded. */
const answers: readonly [RegExp, (node: string, command: string, state: StandInState) => Answer][] = [
  [/^crm_mon /, () => said(status)],
  [/^(?:crm_attribute|cibadmin --(?:create|modify|delete)) /, (_, command, state) => property(command, state)],
  [/^cibadmin /, () => said(configuration)],
  [/^crmadmin /, () => said('<pacemaker-result><crmd state="S_IDLE"/></pacemaker-result>')],
  [/^corosync-quorumtool/, () => said('Expected votes:   3\nHighest expected: 3\nTotal votes:      3\nQuorum:           2\n\nMembership information\n----------------------\n    Nodeid      Votes Name\n         1          1 n1 (local)\n         2          1 n2\n         3          1 n3\n')],
  [/^corosync-cmapctl/, () => said('runtime.config.totem.token (u32) = 1000\n')],
  [/^corosync -v/, () => said("Corosync Cluster Engine, version '3.1.7'\n")],
  [/^ceph --connect-timeout 5 --format json/, (_, __, state) => said(storage(state))],
  [/^ceph --version/, () => said('ceph version 16.2.15 (invented) pacific (stable)\n')],
  [/^ceph .*health/, () => said('HEALTH_OK\n')],
  [/^uname -r/, () => said('6.1.0-invented\n')],
  [/^date \+%s/, () => said(`${(Date.now() / 1000).toFixed(6)}\n`)],
  [/ date -d /, () => said('Nov 21 00:00:00\n')],
  [/^sha256sum /, () => said(`${standInDigest}  /etc/corosync/authkey\n`)],
  [/^cat -- \/etc\/lab\/(?:dns|web)\.xml/, (_, command) => said(`<domain type='kvm'><name>${/(dns|web)\.xml/.exec(command)?.[1]}</name></domain>`)],
  [/virsh .* list /, (node) => said(domains[node] ?? '')],
  [/virsh .* version/, () => said('Using library: libvirt 9.0.0\nRunning hypervisor: QEMU 7.2.0\n')],
  [/virsh .* domjobinfo/, () => said('Job type:         0           \n')],
  [/^env LC_ALL=C tail /, () => said('Nov 21 23:59:59 invented log line\n')],
  [/^stonith_admin /, () => said('<pacemaker-result><fence_history/></pacemaker-result>')],
  [/^(?:true|sh -c )/, () => said('')],
];

/** What a node of the stand-in cluster answers: a whole cluster, whose storage is degraded while the disk is out. */
export function answer(node: string, command: string, state: StandInState): Answer {
  const found = answers.find(([pattern]) => pattern.test(command));
  return found === undefined ? { code: 127, stdout: '' } : found[1](node, command, state);
}
