import { renderLossStrips } from '../../reporting/charts/loss-strips.ts';
import type { StripRow } from '../../reporting/charts/loss-strips.ts';
import { stampSimulated } from '../../reporting/charts/svg.ts';
import type { Strip } from '../../reporting/charts/strip-data.ts';

type Span = Strip['span'];

const span = (x1: number, x2: number): Span => ({ x1, x2 });

/** An invented run: its guest is away from 0.2 s to `backS` after the fault. */
function run(environment: string, night: number, backS: number, trouble: Partial<Pick<Strip, 'late' | 'blind' | 'unrecorded'>> & { again?: Span } = {}): StripRow {
  const { again, late = [], blind = [], unrecorded = [] } = trouble;
  const lost = [span(0.2, backS), ...(again === undefined ? [] : [again])];
  return { label: [`${environment}/2026010${night}T020000Z-made`], title: 'invented', strip: { span: span(-4, 32), begin: 0, lost, late, blind, unrecorded, counts: { sent: 0, lost: 0, late: 0 } } };
}

/** Loss strips of two environments, invented, with everything that a strip can show. */
export function stripsPicture(): string {
  const pve = [run('pve', 1, 9.8), run('pve', 2, 10.4, { late: [span(10.4, 11.3)] }), run('pve', 3, 9.1, { again: span(14.2, 15.1) }), run('pve', 4, 10.1)];
  const hyperv = [run('hyperv', 1, 24.6), run('hyperv', 2, 22.9, { blind: [span(26, 27.4)] }), { label: ['hyperv/20260103T020000Z-made'], title: 'invented', strip: { missing: 'no figure, blocked: The cluster is not whole, so nothing was injected.' } }, run('hyperv', 4, 24.1, { late: [span(24.1, 24.8)], unrecorded: [{ ...span(25.5, 32), reason: 'the recording was cut off' }] })];
  const drawn = renderLossStrips({
    title: 'Loss strips, node-failure of web (worker): outage by icmp',
    description: 'a strip a run; sampled every 10 ms; late: after 100 ms, lost: no answer within 10 s',
    origin: 'the fault was commanded',
    sides: [{ name: 'pve', rows: pve, leftOut: null }, { name: 'hyperv', rows: hyperv, leftOut: null }],
  });
  return stampSimulated(drawn ?? '');
}
