import { compareImagesCommand, convertImageCommand } from '../../platforms/pacemaker/qemu-img.ts';
import { scratchDomainXml } from '../../platforms/pacemaker/scratch-domain.ts';
import { createCommand } from '../../platforms/pacemaker/virsh.ts';
import type { BackupOutcome, CallOptions, Operation } from '../hypervisor.ts';
import type { RestoreOutcome, Unasked } from '../outcomes.ts';
import { archivePrefix, definitionName } from './archive-name.ts';
import { filesWith } from './backup-verification.ts';
import { actOn, clusterError, toolError, type PacemakerContext } from './context.ts';
import { guestNamed } from './guest-lookup.ts';
import { allow, begin, type OperationLog } from '../operation.ts';
import { pacemakerOptions } from './options.ts';
import { neighbourOf, scratchNames } from './scratch-names.ts';

const defaultTimeoutMs = 3_600_000;
const commandTimeoutMs = 30_000;
const imageTimeoutMs = 1_800_000;
const answerTimeoutMs = 10_000;
/** How long curl waits for an answer, s. */
const curlSeconds = 3;

/**
 * A bridge that nothing but the guest and a namespace of ours is plugged into: it has no address and no way out, so the guest can keep
 * the addresses of the original and meets nobody. Arguments: namespace, bridge, cable, address.
 */
const makeNetwork = `set -e
ip netns add "$1"
ip link add "$2" type bridge forward_delay 0 stp_state 0
ip link set "$2" addrgenmode none up
ip link add "$3" type veth peer name eth0 netns "$1"
ip link set "$3" addrgenmode none master "$2" up
ip -n "$1" link set lo up
ip -n "$1" address add "$4"/24 dev eth0
ip -n "$1" link set eth0 up`;

/** The archives of a backup by the target of their disk. */
async function archivesOf(context: PacemakerContext, { node, archive }: BackupOutcome, folder: string, prefix: string, signal: AbortSignal): Promise<Map<string, string>> {
  const files = (await filesWith(context, node, folder, prefix, signal)).filter((path) => archive.includes(path));
  return new Map(files.flatMap((path): [string, string][] => {
    const target = /-(\w+)\.qcow2$/.exec(path)?.[1];
    return target === undefined ? [] : [[target, path]];
  }));
}

async function work(context: PacemakerContext, name: string, backup: BackupOutcome, log: OperationLog, signal: AbortSignal): Promise<RestoreOutcome> {
  const { resource, domain } = guestNamed(context, name, 'restore');
  const id = resource ?? domain;
  const names = scratchNames(id);
  const folder = pacemakerOptions(context.environment).backup?.directory ?? '';
  const { node } = backup;
  const begun = performance.now();
  const run = async (argv: readonly string[], timeoutMs = commandTimeoutMs): Promise<string> => (await actOn(context, node, argv, { timeoutMs, signal })).stdout;
  const address = neighbourOf(context.environment.guests.find((guest) => guest.name === name)?.address ?? '');
  if (address === null) throw toolError(`${name} has no IPv4 address, so it could not be asked on the isolated network.`, 'Nothing was restored.', 'Give guests[].address as IPv4.', 'restore', name);
  const archives = await archivesOf(context, backup, folder, archivePrefix(id), signal);
  if (archives.size === 0) throw clusterError(`There is no archive of ${name} in ${folder} on ${node}.`, 'Nothing can be restored.', 'See what became of the backup.', 'restore', name);
  const disks = new Map([...archives].map(([target]) => [target, `${folder}/${names.filePrefix}${target}.qcow2`]));
  const differing: string[] = [];
  for (const [target, archive] of archives) {
    const image = disks.get(target) ?? '';
    log.add(`${node}: ${archive} is restored to ${image}`);
    await run(convertImageCommand(archive, image), imageTimeoutMs);
    const compared = await context.fleet.hosts.get(node)?.exec(compareImagesCommand(archive, image), { timeoutMs: imageTimeoutMs, signal });
    if (compared?.code !== 0) differing.push(`${target}: ${compared?.stdout.trim() || compared?.stderr.trim() || 'could not be compared'}`);
  }
  const definition = await run(['cat', '--', definitionName(folder, archives)]);
  await run(['sh', '-c', makeNetwork, 'sh', names.namespace, names.bridge, names.cable, address]);
  log.add(`${node}: the bridge ${names.bridge} holds the scratch guest and the namespace ${names.namespace}, and nothing else`);
  const request = `${folder}/${names.filePrefix}domain.xml`;
  await actOn(context, node, ['tee', '--', request], { stdin: scratchDomainXml(definition, { name: names.domain, disks, bridge: names.bridge }), timeoutMs: commandTimeoutMs, signal });
  await run(createCommand(request));
  log.add(`${node}: ${names.domain} runs`);
  return {
    scratch: names.domain,
    node,
    isolation: `a bridge of its own (${names.bridge}) without a way out`,
    identical: differing.length === 0,
    comparison: differing.join('; ') || `qemu-img compare finds ${archives.size} image(s) equal to the archive`,
    durationMs: performance.now() - begun,
  };
}

/** Restores a backup of ours as a transient domain, on the node that holds it, from images of its own, on an isolated network. */
export async function restoreBackup(context: PacemakerContext, name: string, backup: BackupOutcome, options?: CallOptions): Promise<Operation<RestoreOutcome>> {
  return begin(`restore of ${backup.archive}`, allow(options, defaultTimeoutMs, 'restore', name), async (log, signal) => {
    try {
      return await work(context, name, backup, log, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw clusterError(`The backup of ${name} could not be restored: ${(error as Error).message}.`, 'It is not proven to be worth anything.', `See the log of libvirt on ${backup.node}.`, 'restore', name, error);
    }
  });
}

/** The exit code where a node has no scratch guest: `grep` found no network of its. curl's own codes for a silent server are others. */
const notHere = 1;

/** What the scratch guest answers to a GET of the URL, asked from its isolated network; null while it does not answer, `Unasked` where its node may be one that could not be asked. */
export async function askScratch(context: PacemakerContext, name: string, url: string, options?: CallOptions): Promise<string | Unasked | null> {
  const { resource, domain } = guestNamed(context, name, 'ask scratch guest');
  const { namespace } = scratchNames(resource ?? domain);
  const address = context.environment.guests.find((guest) => guest.name === name)?.address ?? '';
  const argv = ['sh', '-c', 'ip netns list | grep -qw "$1" && exec ip netns exec "$1" curl --silent --fail --max-time "$2" --connect-to "::$3:" -- "$4"', 'sh', namespace, String(curlSeconds), address, url];
  const answers = await context.fleet.each(argv, { timeoutMs: answerTimeoutMs, ...(options?.signal === undefined ? {} : { signal: options.signal }) });
  options?.signal?.throwIfAborted();
  const asked = [...answers.values()].filter((answer) => !(answer instanceof Error) && answer.code !== notHere);
  const word = asked.flatMap((answer) => (answer instanceof Error || answer.code !== 0 ? [] : [answer.stdout]))[0];
  const lost = [...answers.values()].find((answer) => answer instanceof Error);
  return word ?? (asked.length === 0 && lost instanceof Error ? { unasked: lost.message } : null);
}
