import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { diskCommand, powerCommand, targetDisks, targetNodes } from './target.ts';

/** Name of the crash tests' cluster, and what it is armed with. */
export const clusterName = 'crash-target';
export const clusterIdentity = `identity of ${clusterName}`;

/** Writes the environment file of the target below `folder`, as an operator would: the hands are commands. */
export function writeEnvironment(folder: string, target: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'key'), 'no cluster is reached by it', { mode: 0o600 });
  writeFileSync(join(folder, 'known_hosts'), 'none', { mode: 0o644 });
  const hands = (node: string, index: number): Record<string, unknown> => {
    const disk = targetDisks[index] ?? '';
    return {
      name: node,
      address: `192.0.2.${11 + index}`,
      power: { hand: 'command', off: powerCommand(target, node, 'off'), on: powerCommand(target, node, 'on'), status: powerCommand(target, node, 'status') },
      disks: [{ id: disk, hand: 'command', remove: diskCommand(target, disk, 'remove'), insert: diskCommand(target, disk, 'insert'), status: diskCommand(target, disk, 'status') }],
    };
  };
  const document = {
    schema: 1,
    name: clusterName,
    platform: 'pacemaker',
    arm: clusterName,
    identity: clusterIdentity,
    ssh: { user: 'nobody', key: 'file:key', knownHosts: 'file:known_hosts' },
    nodes: targetNodes.map(hands),
    guests: [{ name: 'web', id: 'web', address: '192.0.2.80', probes: ['icmp'] }],
    allow: { faults: ['node-power', 'disk-removal'], nodes: targetNodes, maxSimultaneous: 2 },
  };
  writeFileSync(join(folder, `${clusterName}.yaml`), stringify(document));
}
