import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axios from 'axios';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startControl } from './control.ts';

let folder = '';
let server: Server;
const log: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lab-'));
  server = await startControl(join(folder, 's'), [
    (method, path) => (method === 'GET' && path === '/state' ? Promise.resolve({ healthy: true }) : null),
    (method, path) => {
      if (method !== 'POST') return null;
      throw new Error(`no such disk: ${path}`);
    },
  ], (line) => log.push(line));
});
afterEach(async () => {
  server.close();
  await once(server, 'close');
  rmSync(folder, { recursive: true });
});

function ask(method: 'GET' | 'POST', path: string): Promise<{ status: number; data: unknown }> {
  return axios.request({ method, url: `http://lab${path}`, socketPath: join(folder, 's'), proxy: false, validateStatus: () => true });
}

test('answers with the document of the route that knows the path', async () => {
  expect(await ask('GET', '/state')).toMatchObject({ status: 200, data: { healthy: true } });
});

test('says so when no route knows the path', async () => {
  expect(await ask('GET', '/nothing')).toMatchObject({ status: 404, data: { error: 'There is nothing at /nothing.' } });
});

test('a route that refuses gives its reason and the log keeps it', async () => {
  expect(await ask('POST', '/disks/x')).toMatchObject({ status: 500, data: { error: 'no such disk: /disks/x' } });
  expect(log.join('\n')).toContain('control: /disks/x: Error: no such disk: /disks/x');
});

test('a path that the kernel would cut off is refused with the remedy', async () => {
  await expect(startControl(`/${'x'.repeat(120)}/s`, [], () => undefined)).rejects.toThrow('Set XDG_STATE_HOME to a shorter folder');
});
