import { readFileSync } from 'node:fs';
import type { PowerShellScript } from './payload.ts';

/** The scripts of these names (without ".ps1") in a folder; each is read once, when it is first needed. @param folder with a slash at its end */
export function scriptFiles<Name extends string>(folder: URL, names: readonly Name[]): (name: Name) => PowerShellScript {
  const scripts = new Map<Name, PowerShellScript | null>(names.map((name) => [name, null]));
  return (name) => {
    const known = scripts.get(name) ?? { name: `${name}.ps1`, text: readFileSync(new URL(`${name}.ps1`, folder), 'utf8') };
    scripts.set(name, known);
    return known;
  };
}
