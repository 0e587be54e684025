import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { TestNetwork } from '../probes/netns.ts';
import type { ProbedHost } from './probe-report.ts';

const program = `
import { probeCommand } from ${JSON.stringify(new URL('./probe.ts', import.meta.url).href)};
await probeCommand().parseAsync(process.argv.slice(1), { from: 'user' });`;

/** `ha-acceptance probe --json`, running in the prober's namespace of a test. */
export interface StartedProbe {
  child: ChildProcess;
  finish(): Promise<{ code: number; host: ProbedHost }>;
}

/** @param privileges what runs it, for example `setpriv` with its options; nothing by default */
export function startProbeIn(network: TestNetwork, args: string[], privileges: string[] = []): StartedProbe {
  const child = network.start('prober', 'env', ...privileges, process.execPath, '--input-type=module', '--eval', program, '--', ...args, '--json');
  const output = child.stdout === null ? Promise.reject(new Error('no output')) : text(child.stdout);
  const ended = once(child, 'exit').then(([code]) => code as number);
  return {
    child,
    async finish() {
      const code = await ended;
      const [host] = (JSON.parse(await output) as { hosts: ProbedHost[] }).hosts;
      if (host === undefined) throw new Error('the document names no host');
      return { code, host };
    },
  };
}
