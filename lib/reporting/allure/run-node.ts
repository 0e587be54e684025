import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { quoteEnd } from '../../record/scrub.ts';

const execFileAsync = promisify(execFile);

/** A thousand scenarios take about 10 s; a machine that is overloaded tenfold still gets its report, ms. */
const partTimeoutMs = 300_000;

/** A Node program that makes a part of the Allure report. */
export interface NodeProgram {
  /** Resolves when it did its work; rejects with what it printed when it did not. */
  ended: Promise<void>;
  kill(): void;
}

/** Starts a Node program with the Node that runs us. */
export function startNode(nodeOptions: readonly string[], script: string, args: readonly string[], cwd: string): NodeProgram {
  // A test runner that we may be started by, and its hints, are none of the child's business.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|ALLURE|NODE_OPTIONS)/.test(name)));
  const running = execFileAsync(process.execPath, [...nodeOptions, script, ...args], { cwd, env, timeout: partTimeoutMs, maxBuffer: 64 * 2 ** 20 });
  const ended = running.then(() => undefined, (error: Error & { stdout?: string; stderr?: string }) => {
    const { stdout = '', stderr = '', message } = error;
    throw new Error(`The Allure report could not be made: ${script} failed. Its output: ${quoteEnd(`${stdout}\n${stderr}`.trim(), 2000) || message}. The record is whole; try again with "ha-acceptance report".`, { cause: error });
  });
  return { ended, kill: () => void running.child.kill('SIGKILL') };
}
