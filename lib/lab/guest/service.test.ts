import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, closeSync, readSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

interface Status {
  name: string;
  state: string;
  recovered: number;
  ack: number;
  errors: number;
  lastError: string;
  checked: number;
  beat: number;
  maxGapMs: number;
  sinceAckMs: number;
  history: [number, number][];
}

const slots = 64;
const slotBytes = 4096;
const script = fileURLToPath(new URL('service.pl', import.meta.url));
let folder = '';
let disk = '';
let port = 0;
let service: ChildProcess | null = null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lab-ring-'));
  disk = join(folder, 'disk');
  writeFileSync(disk, '');
  truncateSync(disk, slots * slotBytes);
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  ({ port } = probe.address() as AddressInfo);
  probe.close();
});
afterEach(async () => {
  await powerCut();
  rmSync(folder, { recursive: true });
});

/** A process group of its own, so that the writer dies with the server as a guest's processes do. */
function boot(): void {
  service = spawn('perl', [script, 'web', disk, String(port)], { stdio: 'inherit', detached: true });
}

async function powerCut(): Promise<void> {
  if (service?.pid === undefined) return;
  process.kill(-service.pid, 'SIGKILL');
  await once(service, 'exit');
  service = null;
}

async function read(path = '/status.json'): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}${path}`)).text();
}

async function until(condition: (status: Status) => boolean): Promise<Status> {
  for (;;) {
    try {
      const status = JSON.parse(await read()) as Status;
      if (condition(status)) return status;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch: not listening yet
    }
    await sleep(30);
  }
}

function spoil(sequence: number, text: string): void {
  const file = openSync(disk, 'r+');
  writeSync(file, text, (sequence % slots) * slotBytes + 100);
  closeSync(file);
}

function slotText(sequence: number): string {
  const file = openSync(disk, 'r');
  const bytes = Buffer.alloc(slotBytes);
  readSync(file, bytes, 0, slotBytes, (sequence % slots) * slotBytes);
  closeSync(file);
  return bytes.toString();
}

test('writes are acknowledged one after the other, and are on the disk when they are', async () => {
  boot();
  const status = await until((now) => now.ack >= 3);
  expect(status).toMatchObject({ name: 'web', state: 'running', recovered: 0, errors: 0 });
  expect(status.history.map(([sequence]) => sequence).slice(0, 3)).toStrictEqual([1, 2, 3]);
  expect(slotText(status.ack)).toContain(`seq ${status.ack} of web`);
});

test('after a power cut every acknowledged write is found again and none is called broken', async () => {
  boot();
  const before = await until((now) => now.ack >= 5);
  await powerCut();
  boot();
  const after = await until((now) => now.state === 'running');
  expect(after.recovered).toBeGreaterThanOrEqual(before.ack);
  expect(after).toMatchObject({ errors: 0, checked: after.recovered });
});

test('the slot of the write that was in flight may be torn', async () => {
  boot();
  await until((now) => now.ack >= 4);
  await powerCut();
  let last = 1;
  while (slotText(last + 1).startsWith(`seq ${last + 1} of web`)) last += 1;
  spoil(last, 'half of a record');
  boot();
  expect(await until((now) => now.state !== 'starting')).toMatchObject({ errors: 0, recovered: last - 1 });
});

test('a record that was acknowledged and is broken is an error', async () => {
  boot();
  await until((now) => now.ack >= 6);
  await powerCut();
  spoil(3, 'rot');
  boot();
  expect(await until((now) => now.state !== 'starting')).toMatchObject({ errors: 1, lastError: 'verify 3' });
});

test('lost writes show as a smaller sequence than was acknowledged before', async () => {
  boot();
  const before = await until((now) => now.ack >= 6);
  await powerCut();
  for (let sequence = 4; sequence <= before.ack + 2; sequence += 1) spoil(sequence, 'never written');
  boot();
  expect((await until((now) => now.state !== 'starting')).recovered).toBe(3);
});

test('the page and the heartbeat answer', async () => {
  boot();
  await until((now) => now.ack >= 1);
  expect(await read('/')).toContain('web is serving');
  const first = (JSON.parse(await read('/beat')) as Status).beat;
  await sleep(200);
  expect((JSON.parse(await read('/beat')) as Status).beat).toBeGreaterThan(first);
  expect(await read('/nothing')).toContain('nothing here');
});

test('the longest gap between acknowledged writes is kept', async () => {
  boot();
  const quiet = await until((now) => now.ack >= 5);
  expect(quiet.maxGapMs).toBeLessThan(5000);
  if (service?.pid === undefined) throw new Error('the service is not running');
  process.kill(-service.pid, 'SIGSTOP');
  await sleep(700);
  process.kill(-service.pid, 'SIGCONT');
  const status = await until((now) => now.ack > quiet.ack + 1);
  expect(status.maxGapMs).toBeGreaterThan(650);
});
