import { quote, quoteEnd } from '../../record/scrub.ts';
import { eventsReading, membershipReading, storageReading } from '../../platforms/hyperv/readings.ts';
import type { CallOptions, Evidence } from '../hypervisor.ts';
import { askMember, runOn, runOnEach, type HypervContext } from './context.ts';
import { evidenceOnRequest } from './evidence-on-request.ts';
import { accountOf, lineOf, newsOf } from './news.ts';

/** At most so many events of each source. */
const mostEvents = 500;
const maxCharacters = 400_000;
const timeoutMs = 60_000;

const unreadable = (title: string, error: Error): Evidence => ({ title, mediaType: 'text/plain', text: `could not be read: ${error.message}\n`, unreadable: error.message });

/** The events of one node since a moment of our clock. */
async function eventsOf(context: HypervContext, node: string, since: Date, options: CallOptions): Promise<Evidence> {
  const title = `Events of ${node}`;
  try {
    // The clock first: "since" is the node's own moment.
    const { clock } = await runOn(context, node, 'read-membership', membershipReading, { ...options, timeoutMs });
    const sinceThere = new Date(since.getTime() + clock.ms - clock.errorMs);
    const { value } = await runOn(context, node, 'read-events', eventsReading, { ...options, timeoutMs, parameters: { Since: sinceThere.toISOString(), Most: mostEvents } });
    const events = value.events.toSorted((one, other) => one.utc.getTime() - other.utc.getTime());
    const nodes = context.environment.nodes.map(({ name }) => name);
    const guests = context.environment.guests.map(({ id }) => id);
    return {
      title,
      mediaType: 'text/plain',
      text: quoteEnd(events.map((event) => `${lineOf(event)}\n`).join(''), maxCharacters),
      news: newsOf(events, node, [...nodes, ...guests]),
      account: accountOf(events, node, clock, nodes),
      ...(value.unreadable.length === 0 ? {} : { unreadable: value.unreadable.map(({ log, provider, why }) => `${log} (${provider}): ${why}`).join('; ') }),
    };
  } catch (error) {
    options.signal?.throwIfAborted();
    return unreadable(title, error as Error);
  }
}

/** The cluster's state, its storage and its health faults, and the events of all nodes. What cannot be read is there with the reason. */
export async function gatherEvidence(context: HypervContext, since: Date, options: CallOptions = {}): Promise<Evidence[]> {
  const text = (title: string, value: unknown): Evidence => ({ title, mediaType: 'application/json', text: quote(`${JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner), 2)}\n`, maxCharacters) });
  const requested = evidenceOnRequest(context, since, options);
  const [views, storage, ...events] = await Promise.all([
    runOnEach(context, 'read-membership', membershipReading, { ...options, timeoutMs }),
    askMember(context, 'read-storage', storageReading, { ...options, timeoutMs }).then(({ node, value }) => text(`Storage as ${node} sees it`, value), (error: Error) => unreadable('Storage', error)),
    ...context.environment.nodes.map(({ name }) => eventsOf(context, name, since, options)),
  ]);
  options.signal?.throwIfAborted();
  return [text('Nodes, roles and guests as each node sees them', Object.fromEntries([...views].map(([node, view]) => [node, view instanceof Error ? view.message : view.value]))), storage, ...events, ...(await requested)];
}
