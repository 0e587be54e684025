import { fileURLToPath } from 'node:url';
import type { WorldRecord } from '../world/options.ts';
import { askWorld } from './control-client.ts';

const hands = fileURLToPath(new URL('../bin', import.meta.url));

/**
 * The words to put before a command so that it runs where the harness belongs: in the lab's client network and mount namespaces,
 * staying in the host's pid namespace.
 */
export function clientCommandPrefix(world: Pick<WorldRecord, 'clientPid'>): string[] {
  return ['nsenter', `--net=/proc/${world.clientPid}/ns/net`, `--mount=/proc/${world.clientPid}/ns/mnt`, `--wd=${process.cwd()}`, '--'];
}

/** What such a command needs in its environment: the references of environments/lab.yaml and a PATH that holds the hands of the disk bay and the switch. */
export async function labClientEnvironment(world: WorldRecord): Promise<Record<string, string>> {
  const environment = await askWorld<Record<string, string>>(world, '/client');
  return { ...environment, PATH: `${hands}:${process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin'}` };
}
