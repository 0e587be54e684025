import type { Permission } from './schema.ts';

/** Privileges that somebody has, by path of the permission tree; a path holds for all below it. */
export type Rights = Readonly<Record<string, readonly string[]>>;

function privilegesAt(rights: Rights, path: string): Set<string> {
  return new Set(Object.entries(rights).flatMap(([granted, privileges]) => (granted === '/' || path === granted || path.startsWith(`${granted}/`) ? privileges : [])));
}

/**
 * Whether the schema's permission check of a call lets somebody pass; null when it does, else what it says (recorded wording).
 * `all` is everybody who is signed in: what such calls check in their code is not in the schema.
 *
 * @throws Error for a check of a kind that none of our calls has.
 */
export function refusedBySchema(permission: Permission, values: Readonly<Record<string, string>>, rights: Rights): string | null {
  if (permission === 'all' || permission === 'world') return null;
  if (typeof permission === 'string' || permission[0] !== 'perm') throw new Error(`The permission check ${JSON.stringify(permission)} is not known here.`);
  const [, template, privileges, ...options] = permission as ['perm', string, string[], ...unknown[]];
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  const held = privilegesAt(rights, path);
  const any = options[0] === 'any' && options[1] === 1;
  if (any ? privileges.some((one) => held.has(one)) : privileges.every((one) => held.has(one))) return null;
  return `Permission check failed (${path}, ${privileges.join('|')})`;
}
