import type { Hypervisor } from '../adapters/hypervisor.ts';
import type { FaultContext, UndoData } from './fault.ts';
import { quoted } from './parent-hyperv/machine.ts';

/** Key of undo data that says how the storage used a disk before it was taken out. */
export const useKey = 'use';

/**
 * How the storage uses a disk now, in its own word; null where it keeps no returned disk out of use, has no ways to tell apart, or nobody can
 * tell. A disk that the storage retires while it is out is taken back into exactly this use, and never into a guessed one.
 */
export async function useOf(hypervisor: Hypervisor | null, disk: string, signal: AbortSignal): Promise<string | null> {
  if (hypervisor?.readmitDisk === undefined) return null;
  try {
    const { storage } = await hypervisor.snapshot('storage', { signal });
    return storage.map(({ uses }) => uses?.[disk]).find((use) => use !== undefined) ?? null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

/** The same by hand. The environment file may call a disk by its serial number, its unique id or its name. */
export function manualReadmission(disk: string, use: string): string[] {
  return [
    '# If the pool has retired the disk meanwhile (Get-PhysicalDisk shows Retired), in an elevated PowerShell on a node of the cluster:',
    `Get-PhysicalDisk | Where-Object { $_.SerialNumber, $_.UniqueId, $_.FriendlyName -contains ${quoted(disk)} } | Set-PhysicalDisk -Usage ${use}`,
  ];
}

/** Takes a disk that is back in its slot into its former use, where the storage gave it up meanwhile; what was done, or null. */
export async function readmit({ data }: UndoData, { hypervisor, signal }: FaultContext): Promise<string | null> {
  const { disk, [useKey]: use } = data;
  if (typeof disk !== 'string' || typeof use !== 'string') return null;
  return (await (await hypervisor()).readmitDisk?.(disk, use, { signal })) ?? null;
}
