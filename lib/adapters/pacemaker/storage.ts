import { readAnswers, storageQuestions } from '../../platforms/ceph/commands.ts';
import { storageState } from '../../platforms/ceph/storage.ts';
import { hear } from '../hear.ts';
import type { CallOptions, Snapshot } from '../hypervisor.ts';
import { ask, withSignal, type PacemakerContext } from './context.ts';
import { heardParts } from './heard-states.ts';

export type StorageParts = Pick<Snapshot, 'storage' | 'operations' | 'unread'>;

/** Starting Ceph's client takes about a second on a small machine: the next node is asked only when it is really slow. */
const hedgeMs = 6000;
const timeoutMs = 20_000;

const short = (name: string): string => name.split('.')[0] ?? name;

/** State of the redundant storage; nothing where there is none, and `unread` where there is one that does not answer. */
export async function readStorage(context: PacemakerContext, options?: CallOptions): Promise<StorageParts> {
  if (!context.hasStorage) return { storage: [], operations: [], unread: [] };
  try {
    const state = storageState(await hear({ recorder: context.heard.ceph, of: heardParts.ceph, signal: options?.signal }, async (tell) => {
      const answers = readAnswers((await ask(context, storageQuestions.argv, { stdin: storageQuestions.stdin, hedgeMs, timeoutMs, ...withSignal(options) })).stdout);
      tell(answers.status);
      return answers;
    }));
    const nodes = context.environment.nodes.map((node) => node.name);
    const disks = state.disks.map((disk) => ({ ...disk, node: nodes.find((name) => name === disk.node || short(name) === short(disk.node)) ?? disk.node }));
    return { storage: [{ ...state, disks }], operations: state.repairing ? [`${state.name}: repairing`] : [], unread: [] };
  } catch (error) {
    options?.signal?.throwIfAborted();
    return { storage: [], operations: [], unread: [{ what: 'storage', why: (error as Error).message }] };
  }
}
