import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registerSecret } from '../record/scrub.ts';
import { readStatus, runCommand } from './command-hand.ts';

const signal = AbortSignal.timeout(60_000);

async function messageOf(call: Promise<unknown>): Promise<string> {
  const outcome = await call.then(() => null, (error: unknown) => error);
  if (!(outcome instanceof Error)) throw new Error('expected an error');
  return outcome.message;
}

/** Whether a process is there and not only waiting to be reaped. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('runCommand', () => {
  it('hands words over unchanged, without a shell', async () => {
    const words = ['"; rm -rf / #<script>', '$(id)', "it's\n", ''];
    expect(await runCommand(['printf', '%s|', ...words], { signal })).toBe(`${words.join('|')}|`);
  });

  it('quotes the last words of a command that fails, and its status', async () => {
    const message = await messageOf(runCommand(['sh', '-c', 'for i in 1 2 3 4 5 6 7; do echo line $i >&2; done; exit 3'], { signal }));
    expect(message).toContain('status 3');
    expect(message).toContain('line 7');
    expect(message).not.toContain('line 2');
  });

  it('says that a program does not exist, or may not be executed', async () => {
    expect(await messageOf(runCommand(['no-such-program-here'], { signal }))).toContain('there is no program "no-such-program-here"');
    expect(await messageOf(runCommand(['/etc/passwd'], { signal }))).toContain('may not be executed');
  });

  it('keeps secrets out of its errors', async () => {
    registerSecret('canary-of-the-hand');
    const message = await messageOf(runCommand(['sh', '-c', 'echo password canary-of-the-hand refused >&2; exit 1', 'canary-of-the-hand'], { signal }));
    expect(message).toContain('password [secret] refused');
    expect(message).not.toContain('canary-of-the-hand');
  });

  it('keeps halves of secrets out of them, where its output was longer than what is kept', async () => {
    registerSecret('half-secret-of-a-hand');
    const printed = `half-secret-of-a-hand${'x'.repeat(64 * 1024 - 10)}`;
    const message = await messageOf(runCommand(['node', '-e', 'process.stderr.write(process.argv[1]); process.exitCode = 3', printed], { signal }));
    expect(message).toContain('xxx');
    expect(message).not.toMatch(/of-a-hand/);
  });

  it('ends a command that hangs, with all that it started and even when it ignores TERM', async () => {
    const pidFile = join(tmpdir(), `ha-acceptance-hand-${process.pid}`);
    const startedAt = performance.now();
    const message = await messageOf(runCommand(['sh', '-c', 'trap "" TERM; sleep 60 & echo $! > "$1"; echo waiting; wait', 'sh', pidFile], { signal, timeoutMs: 500 }));
    expect(message).toContain('did not end within 0.5 s');
    expect(message).toContain('waiting');
    expect(performance.now() - startedAt).toBeLessThan(3000);
    const grandchild = Number(readFileSync(pidFile, 'utf8'));
    rmSync(pidFile);
    await expect.poll(() => alive(grandchild)).toBe(false);
  });

  it('does not wait for a child of the command that holds its output', async () => {
    const startedAt = performance.now();
    expect(await runCommand(['sh', '-c', 'sleep 5 & echo done'], { signal })).toBe('done\n');
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });

  it('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('the run was interrupted')), 100);
    await expect(runCommand(['sleep', '30'], { signal: controller.signal })).rejects.toThrow('the run was interrupted');
  });
});

describe('readStatus', () => {
  it.each(['off', 'OFF\n', 'Chassis Power is off', 'warning: slow\noff'])('reads "%s"', async (printed) => {
    expect(await readStatus(['printf', '%s', printed], ['on', 'off'], { signal })).toBe('off');
  });

  it.each(['', 'office', 'off?', 'unknown'])('refuses "%s", which tells nothing', async (printed) => {
    expect(await messageOf(readStatus(['printf', '%s', printed], ['on', 'off'], { signal }))).toContain('one of the words on, off');
  });
});
