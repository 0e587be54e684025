import type { Environment } from '../environment/environment.ts';
import type { HandFinding } from './check-hands.ts';
import { removalRefusal } from './disk.ts';
import { powerControl } from './power.ts';

/** Bound on asking one host, ms. */
const askTimeoutMs = 60_000;

async function asked(title: string, read: (signal: AbortSignal) => Promise<HandFinding[]>, signal: AbortSignal): Promise<HandFinding[]> {
  try {
    return await read(AbortSignal.any([signal, AbortSignal.timeout(askTimeoutMs)]));
  } catch (error) {
    signal.throwIfAborted();
    return [{ title, ok: null, detail: (error as Error).message, remedy: 'Let the host answer: its address, account and host key in nodes[].power of the environment file.' }];
  }
}

/**
 * Asks the hosts of nodes that are machines themselves whether those may be nodes, and whether the disks that may be taken out of them
 * can be, but those whose hand did not answer before. Reads only.
 */
export async function checkParents(environment: Environment, { signal, silent = [] }: { signal: AbortSignal; silent?: readonly string[] }): Promise<HandFinding[]> {
  const { allow } = environment;
  const nodes = environment.nodes.filter(({ name }) => !silent.includes(name));
  const grounds = nodes.filter(({ power }) => power !== undefined).map(async ({ name }) => asked(`the host of ${name} can be asked`, async (limit) => (await powerControl(environment, name).ground?.(limit)) ?? [], signal));
  const mayLoseDisks = allow.faults.includes('disk-removal') ? nodes.filter(({ name }) => allow.nodes.includes(name)) : [];
  const disks = mayLoseDisks.flatMap(({ name, disks: hands }) =>
    hands.map(async ({ id }) => {
      const title = `disk ${id} of ${name} may be taken out`;
      return asked(title, async (limit) => {
        const refusal = await removalRefusal(environment, name, id, limit);
        if (refusal === undefined) return [];
        return [{ title, ok: refusal === null, detail: refusal ?? 'its host has it at a slot that can be emptied', remedy: `Correct nodes[].disks of ${name} in ${environment.source.path}.` }];
      }, signal);
    }));
  return (await Promise.all([...grounds, ...disks])).flat();
}
