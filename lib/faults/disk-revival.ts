import type { Hypervisor } from '../adapters/hypervisor.ts';
import { diskHandOf, wordOf } from './environment-parts.ts';
import type { FaultContext, InverseContext, UndoData } from './fault.ts';

/** Whether a disk is put back past the kernel of its node, which otherwise sees to what served from it by itself. */
function isPastKernel({ environment }: Pick<FaultContext, 'environment'>, node: string, disk: string): boolean {
  return diskHandOf(environment, node, disk).hand !== 'ssh';
}

/** Has the platform look after what serves from a disk that is back, where it knows how; what was done, or null. */
export async function reviveDisk({ data }: UndoData, context: InverseContext): Promise<string | null> {
  const [node, disk] = [wordOf(data, 'node'), wordOf(data, 'disk')];
  if (!isPastKernel(context, node, disk)) return null;
  return (await (await context.hypervisor()).reviveDisk?.(node, disk, { signal: context.signal })) ?? null;
}

/** The same by hand, as the platform has it. */
export function manualRevivalOf(hypervisor: Hypervisor | null, context: FaultContext, node: string, disk: string): string[] {
  return isPastKernel(context, node, disk) ? (hypervisor?.manualDiskRevival?.(node, disk) ?? []) : [];
}
