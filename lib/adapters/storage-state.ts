/** Something that a storage warns of and that takes nothing from its data, what serves them, or its service. */
export interface StorageWarning {
  /** The storage's own name for it, the same from reading to reading. */
  name: string;
  /** Its own words. */
  says: string;
  /** What it follows from by itself. Absent: from nothing that rows do. */
  follows?: 'loss-of-disk' | 'any-loss' | 'time';
}

/** What a platform tells of its storage: a part of the adapter contract. */
export interface StorageState {
  name: string;
  /** Nothing is wrong with its data, what serves them, or its service. It may warn of other things: see `warnings`. */
  healthy: boolean;
  /** All copies of all data are where they belong. */
  redundant: boolean;
  /** Share of the data that has all its copies, 0..1. */
  redundancyShare: number;
  /** I/O is being served. */
  serving: boolean;
  /** Repair or rebalancing under way. */
  repairing: boolean;
  copies: { wanted: number; minimum: number };
  /** What holds one copy: a node as a whole, or each disk by itself, so that a node may hold several copies of the same data. Absent: a node. */
  holder?: 'node' | 'disk';
  /** The node whose own storage it is: it goes and comes back with that node as a whole, which takes no copy of it away. Absent: several nodes hold it. */
  ofNode?: string;
  disks: { id: string; node: string; up: boolean; inUse: boolean }[];
  /** Ids of disks that the storage has given up, gone or not: their data is made anew elsewhere. Absent: it does not tell. */
  givenUp?: readonly string[];
  /** How it uses each disk, by id, where it has several ways: a disk that is taken back is used as before. */
  uses?: Readonly<Record<string, string>>;
  /** What it warns of and is healthy all the same: kept before a run, and compared after each row. Absent: it has no such warnings. */
  warnings?: readonly StorageWarning[];
  /** The storage's own words. */
  detail: string[];
}
