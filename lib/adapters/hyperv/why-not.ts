import type { Environment } from '../../environment/environment.ts';
import type { Capability } from '../hypervisor.ts';
import { hypervOptions } from './options.ts';

/** Why this adapter lacks a capability, without a full stop; null where there is nothing to say beyond that. */
export function whyNot(environment: Environment, capability: Capability): string | null {
  const { backup } = hypervOptions(environment);
  switch (capability) {
    case 'backup':
      return 'the environment file says nowhere how (hyperv.backup)';
    case 'backup-restore':
      return backup?.serverBackup === undefined ? 'without backups (hyperv.backup) there is nothing to restore' : 'Windows documents no way to recover a machine from Windows Server Backup beside its original under an id of its own, so such a backup proves nothing about its restoration; set hyperv.backup.directory to have one exported and restored';
    case 'replication':
      return 'Hyper-V Replica, which copies to another cluster, is not driven by this tool';
    case 'container-migration':
      return 'a failover cluster has no containers as roles';
    case 'redundant-storage':
      return 'no storage pool (Storage Spaces Direct) is seen, and no disk is named in nodes[].disks';
    default:
      return null;
  }
}
