/** The fast real target of the crash tests: nodes that are processes, disks that are files, hands that are commands. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bootId, isAlive } from '../../record/process-identity.ts';

export const targetNodes = ['n1', 'n2', 'n3'];
export const targetDisks = ['disk.0', 'disk.1', 'disk.2'];

/** How long a hand takes before it acts, s. Longer than a death and the start of a restorer, so that the command is still on its way. */
const handDelayS = 0.1;
/** How long an orphaned hand may take to end, ms. */
const orphanMs = 10_000;

const powerScript = fileURLToPath(new URL('./hands/power.sh', import.meta.url));
const diskScript = fileURLToPath(new URL('./hands/disk.sh', import.meta.url));

/** The words of the hand that switches a node: `on`, `off` or `status`. */
export function powerCommand(folder: string, node: string, action: string): string[] {
  return ['sh', powerScript, action, folder, node, String(handDelayS)];
}

/** The words of the hand that moves a disk: `remove`, `insert` or `status`. */
export function diskCommand(folder: string, disk: string, action: string): string[] {
  return ['sh', diskScript, action, folder, disk, String(handDelayS)];
}

function call([program = '', ...words]: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The hand "${words.join(' ')}" of the target failed: ${stderr}`);
  return stdout.trim();
}

/** What there is to see of the target: power of each node, place and content of each disk. */
export type TargetState = Record<string, string>;

function isOn(folder: string, node: string): boolean {
  const [pid, startTime] = readFileSync(join(folder, `${node}.pid`), 'utf8').trim().split(' ').map(Number);
  if (pid === undefined || startTime === undefined) return false;
  return isAlive({ pid, startTime, bootId: bootId() });
}

/** Reads the whole target with its own eyes, not through the hands. */
export function readTarget(folder: string): TargetState {
  const power = targetNodes.map((node) => [node, isOn(folder, node) ? 'on' : 'off']);
  const disks = ['slots', 'drawer'].flatMap((place) => readdirSync(join(folder, place)).map((name) => [`${place}/${name}`, createHash('sha256').update(readFileSync(join(folder, place, name))).digest('hex')]));
  return Object.fromEntries([...power, ...disks]) as TargetState;
}

/** Makes everything whole, without the product. */
export function mendTarget(folder: string): void {
  for (const node of targetNodes) if (call(powerCommand(folder, node, 'status')) === 'off') call(powerCommand(folder, node, 'on'));
  for (const disk of targetDisks) if (call(diskCommand(folder, disk, 'status')) === 'removed') call(diskCommand(folder, disk, 'insert'));
}

/** Builds the target below a folder, all on and all present. */
export function buildTarget(folder: string): void {
  for (const place of ['slots', 'drawer']) mkdirSync(join(folder, place), { recursive: true });
  for (const disk of targetDisks) writeFileSync(join(folder, 'slots', disk), `content of ${disk}`);
  mendTarget(folder);
}

/** Ends the processes of the target, by pid and start time. */
export function endTarget(folder: string): void {
  for (const node of targetNodes) call(powerCommand(folder, node, 'off'));
}

function handsAtWork(folder: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const [, script, action, on] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return on === folder && action !== undefined && (script === powerScript || script === diskScript) ? [action] : [];
    } catch {
      return [];
    }
  });
}

/** What hands are doing to the target, whoever called them. Looking at it changes nothing and is left out. */
export function actionsAtWork(folder: string): string[] {
  return handsAtWork(folder).filter((action) => action !== 'status');
}

/** Waits until no hand works on the target any more: what an orphan is still going to do, it has done. */
export async function handsAtRest(folder: string): Promise<void> {
  const deadline = performance.now() + orphanMs;
  while (handsAtWork(folder).length > 0) {
    if (performance.now() > deadline) throw new Error(`A hand still works on ${folder} after ${orphanMs / 1000} s: look at it with ps.`);
    await sleep(10);
  }
}
