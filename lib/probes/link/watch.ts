import { familyOf } from '../address.ts';
import type { LinkKernel } from './kernel.ts';
import { isValid, neighbourStates } from './netlink.ts';
import type { LinkEntry, NeighbourEntry, RouteEntry } from './netlink.ts';
import type { Solicitor } from './solicit.ts';

/** What is known of a probe's answers, ns of CLOCK_MONOTONIC. */
export interface Heard {
  /** When the last answer came (at first: when the probe began), and when the probe was sent that it answered. */
  answeredNs: number;
  sentNs: number | null;
}

/** A target that is silent for this long, and for three periods, is looked at closely. */
const silentNs = 300e6;
const silentPeriods = 3;
/** How often a valid entry is confirmed: the kernel doubts it after 15 to 45 s (base_reachable_time). */
const confirmEveryNs = 5e9;
/** How many silent targets are looked at closely in one look; more take turns. */
const closeLooks = 64;
const toSomebodyElse = 1;
/** Entries that somebody fixed are never touched. */
const fixed = neighbourStates.permanent | neighbourStates.noArp;

interface Watched {
  address: string;
  periodNs: number;
  route: RouteEntry;
  link: LinkEntry;
  /** The last moment at which packets are known to have left for it; null: never yet. */
  passedNs: number | null;
  /** Up to then blindness is reported. */
  reportedNs: number;
  /** Whether the trouble of now is blindness that came: something had left for it before. */
  blinded: boolean;
  heard: () => Heard;
  blind: (fromNs: number, toNs: number, reason: string) => void;
  trouble: string | null;
  /** Whether its entry was confirmed by us. */
  confirmed: boolean;
}

/** A gateway that is silent keeps from the target whatever was sent; a target that is silent itself answers nobody. */
function sayUnresolved(gateway: string | null, address: string, device: string): string {
  return `the neighbour entry of ${gateway === null ? address : `the gateway ${gateway}`} on ${device} is not resolved: nothing leaves this machine for it`;
}

/** Whether a stretch is blind because the target itself, on the own segment, did not answer when this machine asked for its hardware address. */
export function isOwnNeighbourSilent(reason: string): boolean {
  return /^the neighbour entry of (?!the gateway )/.test(reason);
}

/** Watches the last part of the way that belongs to this machine: route, carrier, and neighbour entry. */
export interface LinkWatch {
  /** For the record: what is watched and what is done about it. */
  reason: string;
  watch(id: number, target: { address: string; periodMs: number }, heard: () => Heard, blind: Watched['blind']): void;
  unwatch(id: number): void;
  /** Looks once; called ten times a second. */
  look(): void;
  close(): void;
}

/**
 * What does not leave this machine says nothing about the target: while a silent target has no route as at the beginning, no carrier or
 * no valid neighbour entry, its probe is blind. Where it is permitted, entries on the own segment are confirmed every 5 s, as TCP does
 * for its peers: the state is set to reachable and the address stays as the kernel has it. The kernel then does not begin to doubt
 * an entry because the target is down, and no resolution is added to an outage. Nothing has to be restored: an entry that is
 * confirmed no more expires as any other, also after SIGKILL; when the watch ends it is marked stale at once. A target that
 * comes back with another hardware address is found: silent targets are asked for ten times a second, and the kernel takes
 * every such answer, and every gratuitous announcement, into a reachable entry (it would not into a permanent one).
 */
export function createLinkWatch(kernel: LinkKernel, solicitor: Solicitor | null, refusal: string): LinkWatch {
  const targets = new Map<number, Watched>();
  const confirms = kernel.mayChange && solicitor !== null;
  let confirmedNs = 0;
  let turn = 0;

  const begin = (target: Omit<Watched, 'route' | 'link' | 'passedNs' | 'reportedNs' | 'blinded' | 'trouble' | 'confirmed'>): Watched | null => {
    const route = kernel.routeTo(target.address);
    const link = route === null || route.type !== toSomebodyElse ? null : kernel.link(route.device);
    // Without hardware addresses (loopback, tunnels) there is nothing to resolve.
    return route === null || link === null || link.hardware.length !== 6 ? null : { ...target, route, link, passedNs: null, reportedNs: 0, blinded: false, trouble: null, confirmed: false };
  };
  const entriesOf = (): Map<string, NeighbourEntry> => {
    const wanted = new Set([...targets.values()].map(({ address }) => familyOf(address)));
    return new Map([...wanted].flatMap((family) => kernel.neighbours(family)).map((entry) => [`${entry.address} ${entry.device}`, entry]));
  };
  const entryOf = (entries: Map<string, NeighbourEntry>, { address, route }: Watched): NeighbourEntry | undefined => entries.get(`${route.gateway ?? address.split('%')[0] ?? ''} ${route.device}`);

  const troubleOf = (target: Watched, entries: Map<string, NeighbourEntry>, running: Map<number, boolean>): string | null => {
    const { address, route } = target;
    const carrier = running.get(route.device) ?? kernel.link(route.device)?.running === true;
    running.set(route.device, carrier);
    if (!carrier) return `the device ${target.link.name} of this machine has no carrier`;
    const now = kernel.routeTo(address);
    if (now === null) return `this machine has no route to ${address}`;
    if (now.device !== route.device || now.gateway !== route.gateway) return `the route of this machine to ${address} is another one than at the beginning`;
    const entry = entryOf(entries, target);
    if (entry !== undefined && isValid(entry.state)) return null;
    return sayUnresolved(route.gateway, address, target.link.name);
  };
  /** Reports that nothing left for the target since it last did; what never worked is not blindness that came: it was never there. */
  const report = (target: Watched, toNs: number, reason: string): void => {
    const passedNs = Math.max(target.passedNs ?? 0, target.heard().sentNs ?? 0);
    const fromNs = Math.max(passedNs, target.reportedNs);
    target.blinded = passedNs > 0;
    if (target.blinded && toNs > fromNs) target.blind(fromNs, toNs, reason);
    target.reportedNs = Math.max(target.reportedNs, toNs);
  };
  const ask = ({ address, route, link }: Watched): void => {
    if (route.gateway === null && route.source !== null) solicitor?.solicit(address, { device: route.device, source: route.source, hardware: link.hardware });
  };
  const lookAtSilent = (target: Watched, trouble: string | null, nowNs: number): void => {
    const reason = trouble ?? target.trouble;
    if (reason !== null) report(target, nowNs, reason);
    if (trouble === null) target.passedNs = nowNs;
    target.trouble = trouble;
  };
  const confirm = (): void => {
    const entries = entriesOf();
    for (const target of targets.values()) {
      const entry = entryOf(entries, target);
      const free = target.route.gateway === null && entry !== undefined && isValid(entry.state) && (entry.state & fixed) === 0;
      target.confirmed = free && kernel.setState(entry, neighbourStates.reachable);
    }
  };

  const forget = (id: number): void => {
    const target = targets.get(id);
    targets.delete(id);
    if (target === undefined) return;
    if (target.trouble !== null) report(target, monotonicNs(), target.trouble);
    const others = [...targets.values()].some(({ address }) => address === target.address);
    if (target.confirmed && !others) kernel.setState({ address: target.address, device: target.route.device }, neighbourStates.stale);
  };

  return {
    reason: confirms ? 'neighbour entries on the own segment are watched and confirmed every 5 s' : `neighbour entries are watched, not confirmed (${refusal}): in a long outage they expire, and the time in which they are not resolved is blind`,
    watch(id, { address, periodMs }, heard, blind) {
      const target = begin({ address, periodNs: periodMs * 1e6, heard, blind });
      if (target !== null) targets.set(id, target);
      confirmedNs = 0;
    },
    unwatch: forget,
    look() {
      const nowNs = monotonicNs();
      if (confirms && nowNs - confirmedNs > confirmEveryNs) {
        confirmedNs = nowNs;
        confirm();
      }
      const silent: Watched[] = [];
      for (const target of targets.values()) {
        const { answeredNs, sentNs } = target.heard();
        if (nowNs - answeredNs > Math.max(silentNs, silentPeriods * target.periodNs)) silent.push(target);
        else if (target.trouble !== null) {
          // It answers again: the blindness ended before the probe that was answered.
          const { trouble } = target;
          target.trouble = null;
          const untilNs = sentNs ?? nowNs;
          const fromNs = Math.max(target.passedNs ?? 0, target.reportedNs);
          if (target.blinded && untilNs > fromNs) target.blind(fromNs, untilNs, trouble);
        }
      }
      if (silent.length === 0) return;
      const entries = entriesOf();
      const running = new Map<number, boolean>();
      const turns = Math.ceil(silent.length / closeLooks);
      turn++;
      for (const [index, target] of silent.entries()) {
        if (index % turns === turn % turns) lookAtSilent(target, troubleOf(target, entries, running), nowNs);
        ask(target);
      }
    },
    close() {
      for (const id of targets.keys()) forget(id);
      solicitor?.close();
      kernel.close();
    },
  };
}

function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}
