import type { GuestConfig } from '../../environment/environment.ts';

/** A guest by the three names it goes by. */
export interface GuestName {
  /** In the environment file; the resource's or the domain's own where the file does not list it. */
  name: string;
  /** Pacemaker's resource; null for a domain that no resource runs. */
  resource: string | null;
  /** libvirt's domain. */
  domain: string;
}

export interface GuestNames {
  byResource(resource: string): GuestName;
  byDomain(domain: string): GuestName;
  /** A guest of the environment file. */
  byName(name: string): GuestName | null;
  /** Resources that are known, with their domains. */
  resources(): string[];
}

/** Translates between the names. `domains`: domain of each VirtualDomain resource, by the resource's id. */
export function guestNames(guests: readonly GuestConfig[], domains: ReadonlyMap<string, string>): GuestNames {
  // A stranger must not pass for a guest of the file by bearing its name: the file's id is what says which guest is meant.
  const nameOf = (id: string): string => guests.find((guest) => guest.id === id)?.name ?? (guests.some((guest) => guest.name === id) ? `${id} (not in the environment file)` : id);
  const byResource = (resource: string): GuestName => ({ name: nameOf(resource), resource, domain: domains.get(resource) ?? resource });
  return {
    byResource,
    byDomain: (domain) => {
      const resource = [...domains].find(([, candidate]) => candidate === domain)?.[0];
      return resource === undefined ? { name: nameOf(domain), resource: null, domain } : byResource(resource);
    },
    byName: (name) => {
      const guest = guests.find((candidate) => candidate.name === name);
      if (guest === undefined) return null;
      return domains.has(guest.id) ? byResource(guest.id) : { name, resource: null, domain: guest.id };
    },
    resources: () => [...domains.keys()],
  };
}
