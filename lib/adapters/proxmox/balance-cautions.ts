import type { Caution } from '../hypervisor.ts';
import { empties, moves } from './placement-rules.ts';

/**
 * What the options of the datacenter have against faults: HA that moves guests at any moment to balance the load (option `crs`,
 * `ha-auto-rebalance`, PVE 9.2; HA/Manager.pm) would move them in the middle of a row. Pure.
 *
 * @param set the options that are set, as texts
 */
export function balanceCautions(set: Readonly<Record<string, string>>): Caution[] {
  const [, value = '0'] = /(?:^|,)ha-auto-rebalance=([^,]+)/.exec(set['crs'] ?? '') ?? [];
  if (['0', 'no', 'off', 'false'].includes(value)) return [];
  return [{ faults: [...moves, ...empties], node: null, why: 'HA moves guests by itself to balance the load, at any moment (option crs of the datacenter, ha-auto-rebalance)', remedy: 'Switch it off for as long as the rows run (Datacenter, Options, Cluster Resource Scheduling)' }];
}
