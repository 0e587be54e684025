import type { RowName } from '../../record/types.ts';

/** A figure that somebody else published: context next to a result, never a verdict. */
export interface PublishedFigure {
  rows: readonly RowName[];
  what: string;
  figure: string;
  source: string;
}

const migrations: readonly RowName[] = ['live-migration', 'maintenance-drain'];
const failures: readonly RowName[] = ['node-failure', 'double-failure', 'network-partition'];

export const publishedFigures: readonly PublishedFigure[] = [
  { rows: migrations, what: 'live migration, Xen, pre-copy', figure: 'as low as 60 ms', source: 'Clark et al., NSDI 2005' },
  { rows: migrations, what: 'downtime limit of QEMU', figure: '300 ms', source: "QEMU's default" },
  { rows: migrations, what: 'downtime limit of Proxmox VE', figure: '100 ms, doubled whenever a migration does not converge', source: "Proxmox VE's default of migrate_downtime" },
  { rows: migrations, what: 'gates of OpenStack Tempest and OpenShift Virtualization', figure: '5 s', source: 'their test suites' },
  { rows: failures, what: 'Proxmox VE HA, power cut to the command that starts the service, boot of the guest excluded', figure: '121-125 s for a worker, 163-181 s for the HA master', source: "pve-ha-manager's own test logs, on a virtual clock" },
  { rows: failures, what: 'Hyper-V, a node that is isolated but may be alive', figure: '240 s, then the boot', source: 'default of ResiliencyDefaultPeriod' },
  { rows: failures, what: 'vSphere HA', figure: 'declared dead at 15-18 s, 10-15 s of placement, then the boot', source: "VMware's documentation" },
];

/** The published figures that belong to the rows of a comparison. */
export function publishedFor(rows: ReadonlySet<RowName>): PublishedFigure[] {
  return publishedFigures.filter((figure) => figure.rows.some((row) => rows.has(row)));
}
