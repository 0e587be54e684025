const counted = /^(?:health\.(?:status|checks\.\w+\.(?:severity|summary\.message)|checks\.\w+_DOWN\.detail.*)|quorum_names|mgrmap\.(?:available|active_name)|osdmap\.(?:osdmap\.)?num_\w+|pgmap\.(?:pgs_by_state.*\.count|num_pgs|(?:degraded|misplaced|unfound)_objects))$/;

/**
 * What counts of Ceph's own `status`, by its path: health, members and data; null for rates, fill levels, ages and epochs, which change all
 * the time. The words of a check say how many it is about; of one about what is down, which they are counts as well.
 */
export function countsOfCeph(path: string, text: string): string | null {
  return counted.test(path) ? text : null;
}
