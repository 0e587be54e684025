import type { Accelerator } from '../node/libvirt.ts';
import type { ProcessIdentity } from '../../record/process-identity.ts';

/** What a world is made from: folders of the cache. */
export interface WorldImage {
  rootFilesystem: string;
  /** Layer with the guests' kernel and initial RAM disk. */
  guestLayer: string;
  /** Layers and disks with the prepared storage; null while they are being made. */
  storage: string | null;
  accelerator: Accelerator;
}

/** What the starter tells the supervisor, as JSON in its only argument. */
export interface WorldOptions {
  /** `storage-template`: make the storage, leave it in `templateTarget`, end. */
  mode: 'lab' | 'storage-template';
  incarnation: string;
  image: WorldImage;
  /** The cache's lock file, held shared while the world lives; null while the cache is being built. */
  cacheLock: string | null;
  worldFile: string;
  socket: string;
  logs: string;
  /** Descriptor 3 is held open by the starter; its end ends the world. */
  lifeline: boolean;
  templateTarget: string | null;
}

/** The state file of a world. */
export interface WorldRecord extends ProcessIdentity {
  incarnation: string;
  /** Process that holds the client's namespaces, pid of the host. */
  clientPid: number;
  socket: string;
  logs: string;
  since: string;
  lifeline: boolean;
}
