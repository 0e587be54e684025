import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../paths.ts';
import type { WorldOptions } from './options.ts';

/** `--kill-child`: when unshare itself is killed, the world ends too. */
const namespaces = ['--net', '--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child', '--propagation', 'private'];

/** Starts the supervisor of a world, detached from this process but for the lifeline (if asked for), which this process holds. */
export function spawnWorld(options: WorldOptions): ChildProcess {
  mkdirSync(options.logs, { recursive: true, mode: 0o700 });
  const output = openSync(join(options.logs, 'supervisor.log'), 'a');
  const supervisor = fileURLToPath(new URL('supervisor.ts', import.meta.url));
  const child = spawn('unshare', [...namespaces, process.execPath, supervisor, JSON.stringify(options)], {
    detached: true,
    cwd: '/',
    stdio: ['ignore', output, output, options.lifeline ? 'pipe' : 'ignore'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LC_ALL: 'C', TZ: 'UTC', NODE_COMPILE_CACHE: join(cacheFolder(), 'compiled') },
  });
  closeSync(output);
  child.unref();
  const lifeline = child.stdio[3];
  if (lifeline && 'unref' in lifeline && typeof lifeline.unref === 'function') lifeline.unref();
  return child;
}
