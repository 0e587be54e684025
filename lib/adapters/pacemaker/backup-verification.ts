import { checkImageCommand, imageDamage, imageInfoCommand, imageSizes } from '../../platforms/pacemaker/qemu-img.ts';
import type { BackupOutcome } from '../hypervisor.ts';
import { actOn, type PacemakerContext } from './context.ts';

const checkTimeoutMs = 600_000;

export type Verification = Pick<BackupOutcome, 'bytes' | 'listed' | 'verified' | 'verification'>;

/** Files of a folder of a node whose names begin with a prefix. */
export async function filesWith(context: PacemakerContext, node: string, folder: string, prefix: string, signal: AbortSignal): Promise<string[]> {
  const { stdout } = await actOn(context, node, ['find', folder, '-mindepth', '1', '-maxdepth', '1', '-type', 'f', '-name', `${prefix}*`], { signal });
  return stdout.split('\n').filter((line) => line !== '');
}

async function verifyOne(context: PacemakerContext, node: string, path: string, capacity: number, signal: AbortSignal): Promise<{ bytes: number; complaint: string | null }> {
  const run = async (argv: string[]): Promise<string> => (await actOn(context, node, argv, { timeoutMs: checkTimeoutMs, signal })).stdout;
  const sizes = imageSizes(await run(imageInfoCommand(path)));
  // qemu-img check ends with another status than 0 for a damaged image; the reason is in its report.
  const report = await context.fleet.hosts.get(node)?.exec(checkImageCommand(path), { timeoutMs: checkTimeoutMs, signal });
  const damage = imageDamage(report?.stdout ?? '');
  const complaints = [
    ...(damage === null ? [] : [damage]),
    ...(sizes.format === 'qcow2' ? [] : [`its format is ${sizes.format}`]),
    ...(sizes.virtual === capacity ? [] : [`it holds ${sizes.virtual} bytes and the disk has ${capacity}`]),
    ...(sizes.actual > 0 ? [] : ['it takes no space']),
  ];
  return { bytes: sizes.actual, complaint: complaints.length === 0 ? null : `${path}: ${complaints.join(', ')}` };
}

/** Looks whether the archives are in their folder, intact, and as large as the disks. `archives`: path by disk. */
export async function verifyArchives(context: PacemakerContext, node: string, folder: string, prefix: string, archives: ReadonlyMap<string, string>, capacities: ReadonlyMap<string, number>, signal: AbortSignal): Promise<Verification> {
  const present = await filesWith(context, node, folder, prefix, signal);
  const missing = [...archives.values()].filter((path) => !present.includes(path));
  if (missing.length > 0) return { bytes: 0, listed: false, verified: false, verification: `not in ${folder} on ${node}: ${missing.join(', ')}` };
  const each = await Promise.all([...archives].map(([disk, path]) => verifyOne(context, node, path, capacities.get(disk) ?? -1, signal)));
  const complaints = each.flatMap(({ complaint }) => complaint ?? []);
  const bytes = each.reduce((sum, one) => sum + one.bytes, 0);
  return { bytes, listed: true, verified: complaints.length === 0, verification: complaints.join('; ') || `qemu-img check finds no fault in ${archives.size} image(s), each as large as its disk` };
}
