/** What corosync's votequorum says of the votes: the figures, and who casts them. */
export interface VoteTable {
  expected: number;
  present: number;
  needed: number;
  /** The members that are there now and their votes: by the id that corosync knows them by, and the name or the address that was printed. A device has the id 0. */
  members: { id: number; name: string; votes: number }[];
}

/** `Nodeid Votes [Qdevice] Name`; the id in decimal, or in hexadecimal (`-H`); the flags of a device as `A,V,NMW` or `NR`. */
const memberLine = /^\s*(0x[0-9a-f]+|\d+)\s+(\d+)\s+(?:(?:NR|N?A,N?V,N?MW)\s+)?(\S+)(?:\s+\(local\))?\s*$/i;

/** The table that `corosync-quorumtool -s` and `pvecm status` print; null when its figures are not in it. It has no other form of output. */
export function readVoteTable(text: string): VoteTable | null {
  const figure = (label: string): number | null => {
    const match = new RegExp(`^${label}:\\s+(\\d+)`, 'm').exec(text);
    return match === null ? null : Number(match[1]);
  };
  const [expected, present, needed] = [figure('Expected votes'), figure('Total votes'), figure('Quorum')];
  if (expected === null || present === null || needed === null) return null;
  const [, table = ''] = text.split(/^Membership information\s*$/m);
  const members = table.split('\n').flatMap((line) => {
    const [, id, votes, name] = memberLine.exec(line) ?? [];
    return id === undefined || name === undefined ? [] : [{ id: Number(id), name, votes: Number(votes) }];
  });
  return { expected, present, needed, members };
}
