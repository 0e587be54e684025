import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mountAndRun = 'size=$1 folder=$2; shift 2; mount -t tmpfs -o "size=$size,mode=700" small "$folder" && exec "$@"';

/** The words that run a command where `folder` is a file system of its own of `size` bytes; nobody else sees it, and it ends with the command. */
export function withSmallDisk(folder: string, size: number, command: readonly string[]): string[] {
  return ['unshare', '--mount', '--', 'sh', '-c', mountAndRun, 'sh', String(size), folder, ...command];
}

/** Why no such file system can be made here; null when it can. */
export function noSmallDiskReason(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  const [program = '', ...words] = withSmallDisk(folder, 65_536, ['true']);
  const { status, stderr, error } = spawnSync(program, words, { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return status === 0 ? null : `a file system in a mount namespace needs root on Linux: ${error?.message ?? stderr.trim()}`;
}
