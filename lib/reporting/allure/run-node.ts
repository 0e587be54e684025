import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { quoteEnd } from '../../record/scrub.ts';

const execFileAsync = promisify(execFile);

/** A thousand scenarios take about 2 s; a machine that is overloaded a hundredfold still gets its report, ms. */
const partTimeoutMs = 300_000;

/** The environment of a process that makes a part of the reports: a test runner that we may be started by, and its hints, are none of its business. */
export function childEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|ALLURE|NODE_OPTIONS)/.test(name)));
}

/**
 * Runs a Node program, which makes a part of the Allure report, with the Node that runs us.
 *
 * @throws Error with what it printed when it did not do its work.
 */
export async function runNode(nodeOptions: readonly string[], program: URL, args: readonly string[], cwd: string): Promise<void> {
  const script = fileURLToPath(program);
  try {
    await execFileAsync(process.execPath, [...nodeOptions, script, ...args], { cwd, env: childEnvironment(), timeout: partTimeoutMs, maxBuffer: 64 * 2 ** 20 });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`The Allure report could not be made: ${script} failed. Its output: ${quoteEnd(`${stdout}\n${stderr}`.trim(), 2000) || message}. The record is whole; try again with "ha-acceptance report".`, { cause: error });
  }
}
