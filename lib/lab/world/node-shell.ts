import type { ProcessPromise } from 'zx/core';
import { $ } from '../shell.ts';
import type { NodeMachine } from './node-machine.ts';

/** Runs a command on a node, in all its namespaces, without ssh: what the world itself does to its nodes and asks of them. */
export function onNode(machine: NodeMachine, argv: readonly string[], options: { input?: string; timeoutMs?: number } = {}): ProcessPromise {
  const pid = machine.pid();
  if (pid === null) throw new Error(`Node ${machine.node.name} is powered off.`);
  const limit = String((options.timeoutMs ?? 60_000) / 1000);
  return $({ input: options.input ?? '' })`nsenter -t ${pid} -a -- timeout ${limit} ${argv}`;
}
