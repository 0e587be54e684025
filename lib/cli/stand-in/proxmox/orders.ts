import type { ProxmoxEndpoint } from '../../../platforms/proxmox/client.ts';
import type { RuleModel, World } from '../../../platforms/proxmox/testing/model/world.ts';
import type { Work } from '../../../platforms/proxmox/testing/model/timings.ts';

/** What the process of the stand-in is told. */
export interface ProxmoxOrders {
  folder: string;
  /** How much faster than the machine the cluster lives. */
  factor: number;
  /** What becomes of the guests of a node that is shut down in an orderly way. */
  shutdownPolicy: World['shutdownPolicy'];
  /** How long things take that are not as usual, s of the cluster. */
  work: Partial<Work>;
  nodes: { name: string; address: string; bmc: string }[];
  guests: { id: string; name: string; kind: 'vm' | 'container'; node: string; address: string; config: Record<string, string> }[];
  /** Containers whose disks their node has for itself, replicated from where they are to `target`. */
  replicated: { id: string; target: string; volume: string }[];
  /** Mirrors of ZFS that nodes have for themselves, by the ids of their disks. */
  mirrors: { node: string; name: string; disks: string[] }[];
  rules: RuleModel[];
  /** A mutant: see runsTwice. */
  twice: boolean;
  /** Its ways may be spoilt: see SpoiltWay. */
  hostile: boolean;
  hostKey: string;
  certificate: { key: string; cert: string };
  bmc: { user: string; password: string };
}

/** What it says when it is ready: how its API is reached. */
export interface ProxmoxReady {
  endpoints: readonly ProxmoxEndpoint[];
  token: string;
}
