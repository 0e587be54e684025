import { readFileSync } from 'node:fs';
import type { PowerShellScript } from '../../transports/powershell/payload.ts';

/** The scripts that run on Windows hosts; those that change something say in their first line what. */
export const scriptNames = [
  'read-membership', 'read-cluster', 'read-storage', 'read-node', 'read-guest', 'read-migration-events', 'read-events',
  'move-live', 'start-group', 'stop-group', 'drain-node', 'resume-node', 'clear-quarantine', 'shut-down-node', 'notice',
  'export-guest', 'verify-export', 'remove-exports',
] as const;
export type ScriptName = (typeof scriptNames)[number];

const cache = new Map<ScriptName, PowerShellScript>();

/** A script by its name. */
export function scriptNamed(name: ScriptName): PowerShellScript {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const script = { name: `${name}.ps1`, text: readFileSync(new URL(`./scripts/${name}.ps1`, import.meta.url), 'utf8') };
  cache.set(name, script);
  return script;
}
