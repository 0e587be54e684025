import { systemClock } from '../../platforms/proxmox/clock.ts';
import { followTask } from '../../platforms/proxmox/follow-task.ts';
import { changeGuest } from '../../platforms/proxmox/requests/guests.ts';
import { startTask } from '../../platforms/proxmox/start-task.ts';
import type { MachineMarks, PowerControl } from '../power-control.ts';
import { certainly, openParent } from './parent.ts';
import type { Parent, ParentHand } from './parent.ts';

/** A hard stop takes seconds, a start as long as its storage does; qm gives up a start after 30 s by default, ms. */
const taskTimeoutMs = 90_000;
const pollMs = 500;

/**
 * Under HA a stop only queues, and the parent's manager would start the guest again by itself (API2/Qemu.pm, hastop): then nobody
 * knows when the power goes, and it does not stay off.
 */
function refuseManaged(hand: ParentHand, isManaged: boolean): void {
  if (isManaged) throw new Error(`The guest ${hand.guest} is managed by the HA of the parent at ${hand.url}: a stop would only be queued there, and undone by the manager. Take it out on the parent: ha-manager remove vm:${hand.guest}`);
}

async function switchTo(parent: Parent, hand: ParentHand, change: 'start' | 'stop', signal: AbortSignal): Promise<void> {
  const host = await parent.host(signal);
  const { running, haManaged } = await parent.now(signal);
  refuseManaged(hand, haManaged);
  if (running === (change === 'start')) return;
  const type = change === 'start' ? 'qmstart' : 'qmstop';
  const begun = await startTask(parent.client, changeGuest(host, 'vm', hand.guest, change), { clock: systemClock, node: host, vmid: hand.guest, types: [type], signal });
  const task = certainly(begun, `the ${change} of guest ${hand.guest} began on the parent at ${hand.url}`);
  const { end, log } = await followTask(parent.client, task, { clock: systemClock, timeoutMs: taskTimeoutMs, pollMs, signal });
  if (end.state === 'failed') throw new Error(`The parent at ${hand.url} could not ${change} guest ${hand.guest}: ${end.status}. Its task ${task.text} on ${host} says: ${log.slice(-3).join(' / ')}`);
}

/** The UUID that the guest's firmware shows to the node; a guest of its own making has none written down. */
function marksOf(config: Readonly<Record<string, string>>): MachineMarks {
  const uuid = /(?:^|,)uuid=([0-9a-f-]+)/i.exec(config['smbios1'] ?? '')?.[1] ?? null;
  return { hostName: config['name'] ?? null, uuid, serials: [] };
}

function manual({ url, guest }: ParentHand, node: string): string[] {
  return [`# On the parent of ${node} (${url}), on the host where its guest ${guest} is: qm list shows it.`, `qm start ${guest}`];
}

/** The power of a node that is a guest of a Proxmox VE, through the API of that parent. */
export function parentPowerControl(hand: ParentHand, node: string): PowerControl {
  let opened: Parent | null = null;
  const parent = (): Parent => (opened ??= openParent(hand));
  return {
    how: `guest ${hand.guest} of the parent at ${hand.url}`,
    read: async (signal) => ((await parent().now(signal)).running ? 'on' : 'off'),
    off: async (signal) => switchTo(parent(), hand, 'stop', signal),
    on: async (signal) => switchTo(parent(), hand, 'start', signal),
    byProcess: false,
    machine: async (signal) => marksOf(await parent().config('running', signal)),
    manualOn: () => manual(hand, node),
  };
}
