import type { Environment } from '../environment/environment.ts';
import { readDisk } from './disk.ts';
import { readOwnMachine } from './own-machine.ts';
import { readNetwork } from './partition.ts';
import { powerControl } from './power.ts';
import { sameMachine } from './same-machine.ts';

/** What `check` says of a hand. `ok: null`: it could not be asked. */
export interface HandFinding {
  title: string;
  ok: boolean | null;
  detail: string;
  remedy: string;
}

/** Bound on asking one hand, ms. */
const askTimeoutMs = 30_000;

async function asked(title: string, wanted: string, remedy: string, read: (signal: AbortSignal) => Promise<{ state: string; how: string }>, signal: AbortSignal): Promise<HandFinding> {
  try {
    const { state, how } = await read(AbortSignal.any([signal, AbortSignal.timeout(askTimeoutMs)]));
    return { title, ok: state === wanted, detail: `${state}, says ${how}`, remedy };
  } catch (error) {
    signal.throwIfAborted();
    return { title, ok: null, detail: (error as Error).message, remedy: 'Make the hand answer: its address, certificate, credentials or command in the environment file.' };
  }
}

/** Whether the hand holds the machine that it is thought to hold: a swapped cable or address would cut the power of another one. */
async function rightMachine(environment: Environment, name: string, signal: AbortSignal): Promise<HandFinding[]> {
  const control = powerControl(environment, name);
  if (control.machine === undefined) return [];
  const title = `the power hand of ${name} holds ${name}`;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(askTimeoutMs)]);
  try {
    const [held, own] = await Promise.all([control.machine(limit), readOwnMachine(environment, name, limit)]);
    if (held === null) return [];
    const { ok, detail } = sameMachine(name, held, own);
    const remedy = ok === null ? `Let the management controller know the name of its host (its agent in the operating system, or its own settings), or give ssh so that ${name} is asked for its UUID: nobody should cut the power of another one.` : `Correct nodes[].power of ${name} in ${environment.source.path}, or the host name in the management controller.`;
    return [{ title, ok, detail: `${control.how}: ${detail}`, remedy }];
  } catch (error) {
    signal.throwIfAborted();
    return [{ title, ok: null, detail: (error as Error).message, remedy: 'Make the hand answer: its address, certificate or credentials in the environment file.' }];
  }
}

const powerTitle = (name: string): string => `power of ${name} is on`;

/** Nodes whose power hand did not answer, by the findings of `checkHands`: asking once more with a wrong password may lock an account. */
export function silentHands({ nodes }: Environment, findings: readonly HandFinding[]): string[] {
  return nodes.map(({ name }) => name).filter((name) => findings.some(({ title, ok }) => ok === null && title === powerTitle(name)));
}

/** Asks every power hand whose power it holds, where a hand can know, but those that did not answer before. Reads only. */
export async function checkMachines(environment: Environment, { signal, silent = [] }: { signal: AbortSignal; silent?: readonly string[] }): Promise<HandFinding[]> {
  return (await Promise.all(environment.nodes.filter(({ name, power }) => power !== undefined && !silent.includes(name)).map(async ({ name }) => rightMachine(environment, name, signal)))).flat();
}

/**
 * Asks every hand of the environment file for the state of what it holds. Reads only. A node on which a fault is allowed
 * and that has no hand for it is a finding as well.
 */
export async function checkHands(environment: Environment, { signal }: { signal: AbortSignal }): Promise<HandFinding[]> {
  const { allow, nodes } = environment;
  const missing = (fault: string, what: string, names: string[]): HandFinding[] =>
    names.map((name) => ({ title: `node ${name} has a hand for ${what}`, ok: false, detail: `allow.faults has ${fault} and allow.nodes has ${name}`, remedy: `Add nodes[].${what} of ${name}, or take ${name} out of allow.nodes, in ${environment.source.path}.` }));
  const allowed = nodes.filter(({ name }) => allow.nodes.includes(name));
  const powered = nodes.filter(({ power }) => power !== undefined);
  const noDisk = allow.faults.includes('disk-removal') && allowed.length > 0 && allowed.every(({ disks }) => disks.length === 0);
  const findings = await Promise.all([
    ...powered.map(async ({ name }) =>
      asked(powerTitle(name), 'on', `Switch ${name} on, or run "restore" when an earlier run left it off.`, async (limit) => {
        const control = powerControl(environment, name);
        return { state: await control.read(limit), how: control.how };
      }, signal)),
    ...nodes.filter(({ network }) => network !== undefined).map(async ({ name }) =>
      asked(`node ${name} is connected to the network`, 'connected', `Connect ${name}, or run "restore" when an earlier run left it cut off.`, async (limit) => ({ state: await readNetwork(environment, name, limit), how: 'its hand' }), signal)),
    ...nodes.flatMap(({ name, disks }) =>
      disks.map(async ({ id }) =>
        asked(`disk ${id} of ${name} is in its slot`, 'present', `Put ${id} back, or run "restore" when an earlier run left it out.`, async (limit) => ({ state: await readDisk(environment, name, id, limit), how: 'its hand' }), signal))),
  ]);
  return [
    ...missing('node-power', 'power', allow.faults.includes('node-power') ? allowed.filter(({ power }) => power === undefined).map(({ name }) => name) : []),
    ...missing('network-partition', 'network', allow.faults.includes('network-partition') ? allowed.filter(({ network }) => network === undefined).map(({ name }) => name) : []),
    ...missing('disk-removal', 'disks', noDisk ? allowed.slice(0, 1).map(({ name }) => name) : []),
    ...findings,
  ];
}
