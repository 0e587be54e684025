/** What the lab is made of: names and addresses. They are inside namespaces of their own, so they can be the same on every machine. */

export const clusterName = 'ha-acceptance-lab';
export const network = '10.88.0';
/** Where the harness and its probes are. */
export const clientAddress = `${network}.100`;
export const switchName = 'sw0';
/** Pool of the guests' disks. */
export const poolName = 'vm';
/** User of Redfish; its password is new in each incarnation. */
export const bmcUser = 'admin';

export interface LabNode {
  name: string;
  index: number;
  address: string;
  bmcAddress: string;
  osd: number;
  /** Fixed, because a bridge otherwise takes the lowest address of its ports, and stale ARP entries then look like an outage. */
  bridgeMac: string;
}

export interface LabGuest {
  name: string;
  address: string;
  mac: string;
  uuid: string;
  role: 'dns' | 'web';
}

export const labNodes: readonly LabNode[] = [1, 2, 3].map((index) => ({
  name: `n${index}`,
  index,
  address: `${network}.1${index}`,
  bmcAddress: `${network}.2${index}`,
  osd: index - 1,
  bridgeMac: `02:88:00:00:01:1${index}`,
}));

export const dnsGuest: LabGuest = { name: 'dns', address: `${network}.53`, mac: '52:54:00:88:00:53', uuid: '00000000-0000-4000-8000-000000000053', role: 'dns' };
export const webGuest: LabGuest = { name: 'web', address: `${network}.80`, mac: '52:54:00:88:00:80', uuid: '00000000-0000-4000-8000-000000000080', role: 'web' };
export const labGuests: readonly LabGuest[] = [dnsGuest, webGuest];

/** Names that the dns guest knows. */
export const dnsNames: readonly { name: string; address: string }[] = [
  { name: 'www.lab', address: webGuest.address },
  { name: 'web.lab', address: webGuest.address },
  { name: 'dns.lab', address: dnsGuest.address },
];

/** The node of that name; an error names the ones there are. */
export function labNode(name: string): LabNode {
  const node = labNodes.find((candidate) => candidate.name === name);
  if (node === undefined) throw new Error(`The lab has no node "${name}". Its nodes are ${labNodes.map((candidate) => candidate.name).join(', ')}.`);
  return node;
}
