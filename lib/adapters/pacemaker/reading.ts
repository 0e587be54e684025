import { readCib, virtualDomainsOf } from '../../platforms/pacemaker/cib.ts';
import { cibCommand } from '../../platforms/pacemaker/cib.ts';
import { crmMonCommand, readCrmMon, type ClusterStatus } from '../../platforms/pacemaker/crm-mon.ts';
import { domainNameOf } from '../../platforms/pacemaker/domain.ts';
import type { XmlElement } from '../../platforms/pacemaker/xml.ts';
import { hear } from '../hear.ts';
import type { CallOptions } from '../hypervisor.ts';
import { ask, withSignal, type PacemakerContext } from './context.ts';
import { guestNames } from './guest-names.ts';
import { heardParts } from './heard-states.ts';

async function statusWithQuorum(context: PacemakerContext, options?: CallOptions): Promise<ClusterStatus> {
  const first = await ask(context, crmMonCommand, withSignal(options));
  const status = readCrmMon(first.stdout);
  if (status.quorate === true || context.fleet.hosts.size === 1) return status;
  const others = [...context.fleet.hosts.values()].filter((host) => host.name !== first.host);
  const answers = await Promise.all(others.map((host) => host.exec(crmMonCommand, { timeoutMs: 1500, ...withSignal(options) }).then(
    (result) => (result.code === 0 ? { host: host.name, status: readCrmMon(result.stdout) } : null),
    () => null,
  )));
  const better = answers.find((answer) => answer?.status.quorate === true);
  if (better === undefined || better === null) return status;
  context.preferred = better.host;
  return better.status;
}

/**
 * Pacemaker's own account. A node that was cut off from the others answers too, without quorum: then the other nodes are
 * asked, and one with quorum is believed before it.
 */
export async function readStatus(context: PacemakerContext, options?: CallOptions): Promise<ClusterStatus> {
  return hear({ recorder: context.heard.manager, of: heardParts.manager, signal: options?.signal }, async (tell) => {
    const status = await statusWithQuorum(context, options);
    tell(status);
    return status;
  });
}

/** The cluster's configuration. */
export async function readConfiguration(context: PacemakerContext, options?: CallOptions): Promise<XmlElement> {
  return readCib((await ask(context, cibCommand, withSignal(options))).stdout);
}

/** Name of the domain that a resource's file defines; the resource's own id when the file cannot be read. */
async function domainOf(context: PacemakerContext, resource: string, config: string | null, options?: CallOptions): Promise<string> {
  if (config === null) return resource;
  try {
    return domainNameOf((await ask(context, ['cat', '--', config], withSignal(options))).stdout) ?? resource;
  } catch {
    options?.signal?.throwIfAborted();
    return resource;
  }
}

/** Learns which resources run which domains; asks only for what is new since the last time. */
export async function learnGuests(context: PacemakerContext, cib: XmlElement, options?: CallOptions): Promise<void> {
  const found = virtualDomainsOf(cib);
  const known = new Set(context.guests.resources());
  if (found.length === known.size && found.every(({ id }) => known.has(id))) return;
  const domains = await Promise.all(found.map(async ({ id, config }): Promise<[string, string]> => [id, known.has(id) ? context.guests.byResource(id).domain : await domainOf(context, id, config, options)]));
  context.guests = guestNames(context.environment.guests, new Map(domains));
}
