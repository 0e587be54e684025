import type { DiskHand, Environment, NetworkHand, NodeConfig, PowerHand } from '../environment/environment.ts';

/** A node by its name. @throws Error saying where to add it */
export function nodeNamed(environment: Environment, name: string): NodeConfig {
  const node = environment.nodes.find((candidate) => candidate.name === name);
  if (node === undefined) throw new Error(`The environment "${environment.name}" has no node "${name}". Add it under nodes in ${environment.source.path}, or use the environment file that the fault was injected with.`);
  return node;
}

/** The power hand of a node. @throws Error saying which key to add */
export function powerHandOf(environment: Environment, name: string): PowerHand {
  const { power } = nodeNamed(environment, name);
  if (power === undefined) throw new Error(`Nobody can switch the power of "${name}": add nodes[].power of "${name}" (hand: redfish, fence-agent, parent-proxmox, parent-hyperv, parent-vmware or command) in ${environment.source.path}.`);
  return power;
}

/** The hand on the network of a node. @throws Error saying which key to add */
export function networkHandOf(environment: Environment, name: string): NetworkHand {
  const { network } = nodeNamed(environment, name);
  if (network === undefined) throw new Error(`Nobody can cut "${name}" from the network: add nodes[].network of "${name}" (hand: command, with disconnect, connect and status that reach its switch) in ${environment.source.path}.`);
  return network;
}

/** The hand of a disk of a node. @throws Error saying which key to add */
export function diskHandOf(environment: Environment, nodeName: string, disk: string): DiskHand {
  const found = nodeNamed(environment, nodeName).disks.find((candidate) => candidate.id === disk);
  if (found === undefined) throw new Error(`Nobody can take the disk "${disk}" out of "${nodeName}": add it with its hand (command, ssh, parent-proxmox, parent-hyperv or parent-vmware) under nodes[].disks of "${nodeName}" in ${environment.source.path}.`);
  return found;
}

/** A word out of undo data. @throws Error naming what is missing */
export function wordOf(data: Readonly<Record<string, unknown>>, key: string): string {
  const value = data[key];
  if (typeof value !== 'string' || value === '') throw new Error(`The undo entry names no "${key}"; it is damaged or not of this tool. Do it by hand, as the entry says.`);
  return value;
}
