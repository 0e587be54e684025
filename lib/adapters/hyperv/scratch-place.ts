import type { DigestsReading, ScratchReading } from '../../platforms/hyperv/scratch-readings.ts';
import { archivePrefix } from '../pacemaker/archive-name.ts';

/** Where a scratch guest lies and how it is known. All of it follows from the role, so that it is found again after a crash. */
export interface ScratchPlace {
  folder: string;
  name: string;
  switchName: string;
  /** Stands in the notes of the machine and of its switch: nothing is removed without it, or outside of the folder. */
  mark: string;
}

/** The place of the scratch guest of a role. @param directory of exports, as the environment file says */
export function scratchPlaceOf(directory: string, role: string): ScratchPlace {
  const own = archivePrefix(role).replace(/^ha-acceptance-/, 'ha-acceptance-scratch-').replace(/-$/, '');
  return { folder: `${directory}\\${own}`, name: own, switchName: own, mark: `scratch guest of ha-acceptance for the role ${role}; it is removed when its test ends` };
}

/** What is wrong with how a scratch machine is cut off from everybody else, in words; null when nothing is. */
export function leakOf({ machines, privateSwitches }: ScratchReading, { switchName }: ScratchPlace): string | null {
  if (!privateSwitches.includes(switchName)) return `there is no private switch ${switchName}`;
  const wrong = machines.flatMap(({ adapters }) => adapters).filter((adapter) => adapter.switch !== switchName && adapter.switch !== '');
  return wrong.length === 0 ? null : wrong.map((adapter) => `its adapter ${adapter.name} is connected to ${adapter.switch}`).join('; ');
}

/** Whether the disks of the import are those of the export. An import writes the places of parents into differencing disks. */
export function compareDisks({ exported, imported }: DigestsReading): { identical: boolean | null; comparison: string } {
  const shown = (files: DigestsReading['exported']): string => files.map(({ name, bytes }) => `${name} (${bytes} bytes)`).join(', ') || 'none';
  if (exported.length === 0 || exported.length !== imported.length) return { identical: false, comparison: `the export has the disks ${shown(exported)}, the import ${shown(imported)}` };
  if (exported.some(({ name }) => /\.avhdx?$/i.test(name))) return { identical: null, comparison: `the export has differencing disks (${shown(exported)}), in which an import changes the place of the parent` };
  const other = exported.filter(({ name, digest }) => !imported.some((file) => file.name === name && file.digest === digest));
  return other.length === 0 ? { identical: true, comparison: `SHA-256 of each disk of the import is that of the export: ${shown(imported)}` } : { identical: false, comparison: `not as in the export: ${shown(other)}` };
}

/** Heartbeats of a guest whose integration services answer; "applications unknown" is what guests without reporting applications say. */
const alive = new Set(['OkApplicationsHealthy', 'OkApplicationsUnknown', 'OkApplicationsCritical']);

/** The scratch guest's own word that it has booted; null while there is none. */
export function wordOfLife({ machines }: ScratchReading, node: string): string | null {
  const found = machines.find(({ state, heartbeat }) => state === 'Running' && alive.has(heartbeat));
  return found === undefined ? null : `the heartbeat of ${found.name} on ${node} is ${found.heartbeat}`;
}
