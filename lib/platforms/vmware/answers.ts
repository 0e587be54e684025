import { z } from 'zod';
import { quote } from '../../record/scrub.ts';

/** A disk of a machine, as `vmcli FILE.vmx Disk query -f json` lists it. */
export interface VmwareDisk {
  label: string;
  file: string;
}

/** The paths behind "Total running VMs: N" of `vmrun list` (documented). @throws Error when that line is missing: then nothing is known */
export function runningMachines(said: readonly string[]): string[] {
  const lines = said.map((line) => line.trim()).filter((line) => line !== '');
  const at = lines.findIndex((line) => /^Total running VMs: \d+$/.test(line));
  if (at === -1) throw new Error(`"vmrun list" said something that is not understood: ${lines.join(' ') || 'nothing'}.`);
  const found = lines.slice(at + 1);
  const told = Number(/\d+$/.exec(lines[at] ?? '')?.[0]);
  if (found.length !== told) throw new Error(`"vmrun list" speaks of ${told} machines and lists ${found.length}.`);
  return found;
}

const diskShape = z.looseObject({ disks: z.array(z.looseObject({ label: z.string(), backingPathName: z.string(), present: z.boolean().optional() })) });

/**
 * The disks that are there, from JSON. Its shape is known from what people published of their own hosts (keys `disks`, `label` and
 * `backingPathName`), not from documentation. @throws Error when it is another one
 */
export function disksOf(text: string): VmwareDisk[] {
  const begin = text.indexOf('{');
  try {
    return diskShape.parse(JSON.parse(text.slice(Math.max(begin, 0)))).disks.filter(({ present }) => present !== false).map(({ label, backingPathName }) => ({ label: label.toLowerCase(), file: backingPathName }));
  } catch (error) {
    throw new Error(`"vmcli Disk query" said something that is not understood: ${quote(text.trim(), 200) || 'nothing'}.`, { cause: error });
  }
}

/**
 * What a .vmx file says of the machine's firmware and name, `uuid.bios = "56 4d ...-..."` and `displayName = "..."`, and whether
 * virtualization is given to it, `vhv.enable = "TRUE"`: without that line it is not.
 */
export function marksInFile(lines: readonly string[]): { uuid: string | null; name: string | null; virtualization: boolean } {
  const value = (key: string): string | null => lines.map((line) => new RegExp(`^\\s*${key.replaceAll('.', String.raw`\.`)}\\s*=\\s*"(.*)"\\s*$`, 'i').exec(line)?.[1] ?? null).find((found) => found !== null) ?? null;
  const digits = value('uuid.bios')?.replaceAll(/[^0-9a-f]/gi, '') ?? '';
  return { uuid: digits.length === 32 ? digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5').toLowerCase() : null, name: value('displayName'), virtualization: value('vhv.enable')?.toLowerCase() === 'true' };
}
