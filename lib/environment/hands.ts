import { z } from 'zod';
import { address, command, printableName, strict, url } from './fields.ts';
import { literalOrReference, plainOrSecret, secretField } from './reference-fields.ts';
import type { References } from './references.ts';
import { sshLogin } from './ssh-login.ts';

function userAndPassword(text: string): string | null {
  return /^[^:]+:.+$/s.test(text) ? null : 'must stand for user:password. Correct what the reference points to.';
}

function proxmoxCredentials(text: string): string | null {
  return /^[^\s@!=:]+@[^\s!=:]+(?:![^\s=]+=\S+|:.+)$/s.test(text.trim()) ? null : 'must stand for an API token, user@realm!name=secret, or for user@realm:password. Correct what the reference points to.';
}

/** What is wrong with the text of a fingerprint; null when nothing is. */
export function fingerprintProblem(text: string): string | null {
  return /^SHA256:\S+$/.test(text) || /^(?:sha-?256(?::| fingerprint=))?(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i.test(text) ? null : 'is not a fingerprint. Write SHA256: and the base64 of the digest, or the 32 bytes in hexadecimal with colons between them.';
}

/** Options of fence agents that hold a secret, whatever the agent (fencing.py: password, and the older passwd). */
const secretOption = /^(?:passwd|password|snmp[-_]priv[-_]passwd|token|token[-_]value|secret[-_]?key|api[-_]?key)$/;

/** Options go over standard input, one a line: a line end would smuggle another one in. */
function wrongOption(text: string): string | null {
  return /[\r\n\0]/.test(text) ? 'holds a line end, which no option of a fence agent can. Take it out.' : null;
}

/** Agents of the collection that fence a node without switching it. */
const switchesNoPower = /fence_(?:scsi|mpath|sbd|kdump|watchdog|dummy|heuristics_\w+|brocade|sanbox2|ifmib|cisco_mds)$/;

/** The agent's options by the names that "AGENT -o metadata" shows. `action` is ours. */
function agentOptions(references: References) {
  return z.record(z.string().regex(/^[A-Za-z][\w-]*$/), plainOrSecret(references, wrongOption)).superRefine((options, context) => {
    for (const [key, value] of Object.entries(options)) {
      if (key === 'action' || key === 'option') context.addIssue({ code: 'custom', path: [key], message: 'is chosen by the harness: off, on and status. Remove it.' });
      else if (secretOption.test(key) && typeof value === 'string') context.addIssue({ code: 'custom', path: [key], message: 'stands in the file itself. Write a reference: "env:NAME" for an environment variable (environments/.env is read too), or "file:PATH" for a file.' });
      else if (typeof value !== 'string' && wrongOption(value.reveal()) !== null) context.addIssue({ code: 'custom', path: [key], message: 'stands for a text with a line end, which no option of a fence agent can hold. For a file, use the option of the agent that takes its path.' });
    }
  });
}

const windowsPath = /^[A-Za-z]:\\(?:[^<>:"/|?*\0\r\n]*[^<>:"/|?*\0\r\n\\])?$/;
const posixPath = /^\/[^\0\r\n"]*[^\0\r\n"/]$/;

/** A host of which the node is a guest, reached by ssh past the cluster. */
function parentHost(references: References) {
  return { host: address, ssh: sshLogin(references).exactOptional() };
}

/** How the power of a node is switched. */
export function powerHand(references: References) {
  const fingerprint = literalOrReference(references, "Fingerprint of the certificate behind the url", fingerprintProblem).exactOptional();
  const ca = secretField(references, 'public').exactOptional();
  return z.discriminatedUnion('hand', [
    strict({ hand: z.literal('redfish'), url: url('https:'), credentials: secretField(references, 'secret', userAndPassword), login: z.enum(['basic', 'session']).exactOptional(), fingerprint, ca, system: z.string().min(1).exactOptional() }),
    strict({ hand: z.literal('command'), off: command, on: command, status: command }),
    strict({
      hand: z.literal('fence-agent'),
      agent: z
        .string()
        .regex(/^(?:\/\S*\/)?fence_[\w-]+$/, { error: 'is not the program of a fence agent. Write its name, for example fence_ipmilan, or its whole path.' })
        .refine((agent) => !switchesNoPower.test(agent), { error: 'switches no power: it cuts storage or network, or only waits. Use an agent of the management controller, the power strip or the hypervisor.' }),
      options: agentOptions(references),
    }),
    strict({ hand: z.literal('parent-proxmox'), url: url('https:'), credentials: secretField(references, 'secret', proxmoxCredentials), fingerprint, ca, guest: z.string().regex(/^[1-9]\d{2,8}$/, { error: 'is not the id of a guest. Write the number that the node has as a guest of the parent, in quotes, for example "901".' }) }),
    strict({ hand: z.literal('parent-hyperv'), ...parentHost(references), guest: printableName }),
    strict({
      hand: z.literal('parent-vmware'),
      ...parentHost(references),
      system: z.enum(['linux', 'windows']),
      guest: z.string().regex(/\.vmx$/i, { error: 'is not the file of a virtual machine. Write the path of its .vmx as "vmrun list" on the host shows it.', abort: true }).refine((path) => windowsPath.test(path) || posixPath.test(path), { error: 'is not an absolute path. Write it as "vmrun list" on the host shows it.' }),
      tools: z.string().refine((path) => windowsPath.test(path) || posixPath.test(path), { error: 'is not an absolute path. Write the folder of vmrun and vmcli, without a slash at its end.' }).exactOptional(),
    }),
  ]);
}

/** The place in a ZFS pool of the node that the disk has, where it has one: the device as "zpool status" there shows it. */
const zfs = strict({ pool: printableName, device: printableName }).exactOptional();

/** The parent names the disk by its slot, and `drive` is the line that stands there, so that it can be put back as it was. */
const parentDisk = strict({
  id: printableName,
  hand: z.literal('parent-proxmox'),
  zfs,
  slot: z.string().regex(/^(?:scsi|virtio|sata)\d{1,2}$/, { error: 'is not a slot from which a disk can be taken while the node runs. Write scsiN, virtioN or sataN, as "qm config" on the parent has it.' }),
  drive: z.string().regex(/^[\w.-]+:[^\s,]+(?:,[^\s,=]+=[^\s,]*)*$/, { error: 'is not a drive. Write what "qm config" on the parent shows behind the slot, whole, for example "local-lvm:vm-901-disk-1,discard=on,size=32G".' }),
});

/** Virtual disks are known by the file that they are made of; a disk of the host itself has none. */
const hypervDisk = strict({
  id: printableName,
  hand: z.literal('parent-hyperv'),
  zfs,
  path: z.string().regex(/\.(?:vhdx?|vhds)$/i, { error: 'is not a virtual disk. Write the path of its .vhdx, as Get-VMHardDiskDrive on the parent shows it; for a disk of the parent itself use hand: command.', abort: true }).refine((path) => windowsPath.test(path) || /^\\\\[^\0\r\n"<>|?*]+$/.test(path), { error: 'is not an absolute Windows path. Write it as Get-VMHardDiskDrive on the parent shows it.' }),
});

/** The serial number is what the node itself is asked by: whether a running machine lets go of a disk is for the node to say. */
const vmwareDisk = strict({
  id: printableName,
  hand: z.literal('parent-vmware'),
  zfs,
  slot: z.string().regex(/^(?:scsi|sata|nvme)\d:\d{1,2}$/, { error: 'is not a slot from which a disk can be taken while the node runs. Write scsiN:N, sataN:N or nvmeN:N, as "vmcli FILE.vmx Disk query" on the host has it.' }),
  file: z.string().regex(/^[^\0\r\n"]+\.vmdk$/i, { error: 'is not a virtual disk. Write the .vmdk that "vmcli FILE.vmx Disk query" on the host shows at the slot.' }),
  serial: z.string().regex(/^[\w.:+-]{4,}$/, { error: 'is not a serial number. Write the one that the node shows (VMware gives one with disk.EnableUUID = "TRUE").' }),
});

/** How a disk is taken out and put back. */
export const diskHand = z.discriminatedUnion('hand', [
  strict({ id: printableName, hand: z.literal('command'), remove: command, insert: command, status: command, zfs }),
  strict({ id: printableName, hand: z.literal('ssh'), serial: z.string().regex(/^[\w.:+-]{4,}$/, { error: 'is not a serial number or WWN. Write it as "lsblk -dno NAME,SERIAL,WWN" on the node shows it.' }).exactOptional(), zfs }),
  parentDisk,
  hypervDisk,
  vmwareDisk,
]);

/** A clean shutdown, asked for past the platform. */
export const shutdownHand = strict({ hand: z.literal('ssh') });

/** A port of the switch: the commands reach the switch, never the node, or nobody could connect it again. */
export const networkHand = strict({ hand: z.literal('command'), disconnect: command, connect: command, status: command });
