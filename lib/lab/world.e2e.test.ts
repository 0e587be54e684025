import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clientCommandPrefix, labClientEnvironment } from './host/client.ts';
import { labDown } from './host/down.ts';
import { labStatus } from './host/status.ts';
import { labUp } from './host/up.ts';
import { findWorld } from './host/world-record.ts';
import { identify, isAlive, type ProcessIdentity } from '../record/process-identity.ts';
import type { WorldRecord } from './world/options.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
});
afterEach(async () => {
  await labDown();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function numbers(path: string): number[] {
  return readdirSync(path).map(Number).filter((pid) => pid > 0);
}

/** Every process of the world: the supervisor and all that descend from it. */
function processesOf(world: WorldRecord): ProcessIdentity[] {
  const parents = new Map(numbers('/proc').map((pid) => {
    try {
      return [pid, Number(/^PPid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])] as const;
    } catch {
      return [pid, 0] as const; // ended in between
    }
  }));
  const isOurs = (pid: number): boolean => pid === world.pid || (pid > 1 && isOurs(parents.get(pid) ?? 0));
  return [...parents.keys()].filter(isOurs).flatMap((pid) => identify(pid) ?? []);
}

/** What a world could leave behind on this machine, apart from processes. */
function belongings(world: Pick<WorldRecord, 'logs'>): string[] {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n').filter((line) => line.includes(world.logs));
  const loops = readdirSync('/sys/block').filter((name) => name.startsWith('loop')).flatMap((name) => {
    const file = `/sys/block/${name}/loop/backing_file`;
    return existsSync(file) ? [`${name} ${readFileSync(file, 'utf8').trim()}`] : [];
  });
  const interfaces = execFileSync('ip', ['-o', 'link'], { encoding: 'utf8' }).split('\n').map((line) => line.split(':')[1] ?? '').filter((name) => / (sw0|p-n\d|vmbr0|vnet)/.test(name));
  return [...mounts, ...loops, ...interfaces];
}

async function expectNothingLeft(world: WorldRecord, processes: readonly ProcessIdentity[], before: readonly string[]): Promise<void> {
  const deadline = performance.now() + 10_000;
  while ((processes.some((each) => isAlive(each)) || belongings(world).length > before.length) && performance.now() < deadline) await sleep(50);
  expect(processes.filter((each) => isAlive(each))).toStrictEqual([]);
  expect(belongings(world)).toStrictEqual(before);
  expect(findWorld()).toBeNull();
}

async function inTheLab(world: WorldRecord, argv: readonly string[]): Promise<string> {
  const [command = '', ...rest] = [...clientCommandPrefix(world), ...argv];
  return execFileSync(command, rest, { encoding: 'utf8', env: await labClientEnvironment(world) }).trim();
}

async function untilState(wanted: string): Promise<void> {
  while ((await labStatus()).state !== wanted) await sleep(500);
}

test('a lab comes up whole, loses a disk and gets it back, and leaves nothing when its supervisor is killed', async () => {
  const before = belongings({ logs: folder });
  const progress: string[] = [];
  const world = await labUp({ lifeline: false, onProgress: (message) => progress.push(message) });
  expect(world.startedHere).toBe(true);
  expect(progress.join('\n')).toContain('guest web answers');
  const status = await labStatus();
  expect(status).toMatchObject({ state: 'healthy', incarnation: world.incarnation });
  expect(status.nodes.map((node) => `${node.name} ${node.power} ${node.online}`)).toStrictEqual(['n1 on true', 'n2 on true', 'n3 on true']);

  const again = await labUp({ lifeline: false, onProgress: () => undefined });
  expect(again).toMatchObject({ incarnation: world.incarnation, startedHere: false });

  expect(await inTheLab(world, ['getent', 'hosts', 'www.lab'])).toContain('10.88.0.80');
  expect(await inTheLab(world, ['lab-disk-bay.mjs', 'status', 'osd.1'])).toBe('present');
  expect(await inTheLab(world, ['lab-disk-bay.mjs', 'remove', 'osd.1'])).toBe('removed');
  await untilState('degraded');
  expect(await inTheLab(world, ['lab-disk-bay.mjs', 'insert', 'osd.1'])).toBe('present');
  await untilState('healthy');

  const processes = processesOf(world);
  expect(processes.length).toBeGreaterThan(30);
  process.kill(world.pid, 'SIGKILL');
  await expectNothingLeft(world, processes, before);
});

test('a lab on a lifeline ends when its starter is killed', async () => {
  const before = belongings({ logs: folder });
  const holder = spawn(process.execPath, [fileURLToPath(new URL('testing/lifeline-holder.ts', import.meta.url))], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: holder.stdout }), 'line')) as [string];
  expect(line).toBe('up');
  const world = findWorld();
  if (world === null) throw new Error('the lab is not recorded');
  const processes = processesOf(world);
  expect(processes.length).toBeGreaterThan(30);
  holder.kill('SIGKILL');
  await expectNothingLeft(world, processes, before);
});
