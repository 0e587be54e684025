import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PowerSwitch, ResetType } from '../bmc/redfish.ts';
import type { LoopDevice } from '../disk/loop-device.ts';
import { identify, isAlive, killAndWait, type ProcessIdentity } from '../../record/process-identity.ts';
import { $ } from '../shell.ts';
import type { LabNode } from '../topology.ts';
import { nodeFolder, nodeLogs, type WorldContext } from './context.ts';
import { plugIn, unplug } from './switch-port.ts';

/** A node with its power switch. */
export interface NodeMachine extends PowerSwitch {
  node: LabNode;
  /** First process of the node, as the world sees it; null while the power is off. */
  pid: () => number | null;
}

const startTimeoutMs = 30_000;
const namespaces = ['--net', '--pid', '--fork', '--mount', '--uts', '--ipc', '--cgroup', '--kill-child'];

/** A node as a machine with a power switch. Power off is the death of the first process of its pid namespace: nothing gets to say goodbye. */
export function nodeMachine(context: WorldContext, node: LabNode, disk: LoopDevice): NodeMachine {
  const folder = nodeFolder(context, node.name);
  const logs = nodeLogs(context, node.name);
  for (const name of ['upper', 'work', 'root']) mkdirSync(join(folder, name), { recursive: true });
  let first: ProcessIdentity | null = null;
  let ended: Promise<unknown> = Promise.resolve();
  let queue: Promise<void> = Promise.resolve();

  const isOn = (): boolean => first !== null && isAlive(first);

  async function on(): Promise<void> {
    if (isOn()) return;
    const pidFile = join(folder, 'pid');
    rmSync(pidFile, { force: true });
    await unplug(node.name);
    const console = openSync(join(logs, 'console.log'), 'a');
    const image = context.options.image;
    const storageLayer = image.storage === null ? [] : [join(image.storage, node.name)];
    const child = spawn('unshare', [...namespaces, 'bash', fileURLToPath(new URL('../node/init.sh', import.meta.url))], {
      stdio: ['ignore', console, console],
      env: {
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin', NODE_NAME: node.name, NODE_STATE: folder, NODE_LOGS: logs, NODE_DISK: String(disk.number),
        NODE_KVM: image.accelerator === 'kvm' ? 'yes' : '', NODE_LAYERS: [...storageLayer, image.guestLayer, image.rootFilesystem].join(':'),
      },
    });
    closeSync(console);
    ended = once(child, 'exit');
    const deadline = performance.now() + startTimeoutMs;
    while (!existsSync(pidFile)) {
      if (child.exitCode !== null || performance.now() > deadline) throw new Error(`Node ${node.name} did not start; its console is ${logs}/console.log.`);
      await sleep(5);
    }
    const pid = Number(readFileSync(pidFile, 'utf8'));
    first = identify(pid);
    await plugIn(node.name, pid);
    context.log(`node ${node.name}: power on`);
  }

  async function off(): Promise<void> {
    if (first === null) return;
    if (!(await killAndWait(first, startTimeoutMs))) throw new Error(`Node ${node.name} could not be powered off: process ${first.pid} does not die.`);
    first = null;
    await ended;
    await unplug(node.name);
    context.log(`node ${node.name}: power off`);
  }

  function gracefulOff(): void {
    if (first === null || !isOn()) return;
    context.log(`node ${node.name}: clean shutdown asked for`);
    $`nsenter -t ${first.pid} -a -- setsid /usr/local/sbin/poweroff`.nothrow().catch((error: unknown) => context.log(`node ${node.name}: ${String(error)}`));
  }

  async function reset(type: ResetType): Promise<void> {
    if (type === 'GracefulShutdown') return gracefulOff();
    const before = queue;
    const work = (async () => {
      await before.catch(() => undefined);
      if (type !== 'On') await off();
      if (type !== 'ForceOff') await on();
    })();
    queue = work;
    return work;
  }

  return { node, isOn, reset, pid: () => (isOn() ? (first?.pid ?? null) : null) };
}
