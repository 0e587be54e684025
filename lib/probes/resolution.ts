import type { Calibration } from '../record/calibration.ts';
import type { ProbeKind, RunDescription } from '../record/types.ts';

/** Who answers a probe of each kind, and so what else than the network its figures hold. */
const measuringPoints: Record<ProbeKind, string> = {
  icmp: 'the guest\'s kernel answers, so this is the network and the virtual machine, without its services',
  tcp: 'the guest\'s kernel accepts for a service that listens; the time of a handshake is in it',
  http: 'the service answers with its status and content; its own speed and the guest\'s scheduling are in it',
  dns: 'the guest\'s name server answers; its own speed and the guest\'s scheduling are in it',
  heartbeat: 'a sequence and a clock inside the guest are read; a guest that answers but stands still does not count as alive',
};

/** Engines of one program a target send less evenly than they are asked to: a probe every 10 ms becomes one every 16. */
const unevenEngine = /^icmp6?-f?ping/;

/**
 * What a probe on this grid can tell, in a sentence for the record and the reports.
 *
 * @param periodMs period of the grid
 * @param engine as the probe names it
 * @param calibrated what is known of its own error, as `sayCalibrated` says it
 */
export function resolutionOf(kind: ProbeKind, periodMs: number, engine: string, calibrated: string): string {
  const told = unevenEngine.test(engine)
    ? `an outage is told to within two of the periods that ${engine} really keeps, which are longer`
    : `an outage is told to within ${2 * periodMs} ms, one shorter than ${periodMs} ms may go unseen`;
  return `${kind} every ${periodMs} ms: ${told}; ${measuringPoints[kind]}; ${calibrated}`;
}

/**
 * What synthetic outages of known length said of a kind of probe, or why there were none.
 *
 * @param why for a kind without figures
 */
export function sayCalibrated(figures: Calibration | null, why: string): string {
  if (figures === null) return `not calibrated: ${why}`;
  const { periodMs, outages, seen, errorMs, sendGapMs } = figures;
  const ms = (value: number | null): string => (value === null ? 'unknown' : value.toFixed(1));
  return `calibrated with ${outages} synthetic outages at ${periodMs} ms, ${seen} of them seen: error ${ms(errorMs.median)} / ${ms(errorMs.p95)} / ${ms(errorMs.max)} ms (median, 95 %, worst), ${ms(sendGapMs.p99)} ms between probes (99 %)`;
}

/** The same for a kind of a run, from its description. */
export function sayCalibratedOf(kind: ProbeKind, { calibration, calibratedKinds }: Pick<RunDescription, 'calibration' | 'calibratedKinds'>): string {
  if (kind === 'icmp') return sayCalibrated(calibration ?? null, 'nothing was shown to it before this run');
  const own = calibratedKinds?.find((each) => each.kind === kind);
  return sayCalibrated(own?.figures ?? null, own?.why ?? 'nothing was shown to it before this run');
}
