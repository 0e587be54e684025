/** A piece of /sys, /proc and /var as files, and a kernel that obeys what is written there: for the hand on disks. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

export interface FileTree {
  root: string;
  file(path: string, text: string | Uint8Array): void;
  link(path: string, to: string): void;
  /** A file that waits for a writer, as sysfs attributes that act do; then the shell command is run in the root, and it waits again. */
  acts(path: string, command: string): void;
  has(path: string): boolean;
  remove(): Promise<void>;
}

export function fileTree(): FileTree {
  const root = mkdtempSync(join(tmpdir(), 'ha-acceptance-tree-'));
  const waiting: ReturnType<typeof spawn>[] = [];
  const place = (path: string): string => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    return join(root, path);
  };
  return {
    root,
    file: (path, text) => writeFileSync(place(path), text),
    link: (path, to) => symlinkSync(relative(dirname(place(path)), join(root, to)), join(root, path)),
    acts: (path, command) => {
      spawnSync('mkfifo', [place(path)]);
      // The pipe is kept outside of what the command moves about.
      waiting.push(spawn('sh', ['-c', 'cd "$1" && exec 3<>"$2" && while read -r word <&3; do eval "$3"; done', 'sh', root, join(root, path), command], { stdio: 'ignore' }));
    },
    has: (path) => existsSync(join(root, path)),
    remove: async () => {
      await Promise.all(waiting.map(async (child) => new Promise<void>((resolve) => {
        child.once('exit', () => resolve());
        if (child.exitCode !== null || child.signalCode !== null) resolve();
        else child.kill('SIGKILL');
      })));
      rmSync(root, { recursive: true, force: true });
    },
  };
}
