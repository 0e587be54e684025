import { connectHypervisor } from '../adapters/connect.ts';
import type { ClusterIdentity, Hypervisor } from '../adapters/hypervisor.ts';
import type { Environment } from '../environment/environment.ts';
import { CommandError, exitCode } from './exit-code.ts';

/** A cluster that answered and is the one that the environment file means. */
export interface TargetCluster {
  hypervisor: Hypervisor;
  identity: ClusterIdentity;
}

/** Why the cluster that answers is not the one that is meant; null when it is. */
export function identityMismatch(environment: Environment, found: ClusterIdentity): string | null {
  if (found.name !== environment.arm) {
    return `The cluster that answers calls itself "${found.name}", and ${environment.source.path} means "${environment.arm}" (arm). If the address is right, somebody put another cluster behind it; if the name is, correct arm.`;
  }
  if (found.identity !== environment.identity) {
    return `The cluster that answers is named "${found.name}" as it should be, but its identity is ${found.identity} (${found.source}) and ${environment.source.path} expects ${environment.identity}. It is another cluster of the same name, or it was built anew: look before you change identity.`;
  }
  return null;
}

/**
 * Connects and makes sure that it is the right cluster. `signal` ends the attempt only: a connection that stands outlives
 * it, since whoever stops a run still has to mend; it ends by close(). Throws with exit code 3 otherwise. Reads only.
 */
export async function openTarget(environment: Environment, signal: AbortSignal): Promise<TargetCluster> {
  const life = new AbortController();
  const giveUp = (): void => life.abort(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', giveUp, { once: true });
  let hypervisor: Hypervisor | null = null;
  try {
    hypervisor = await connectHypervisor(environment, { signal: life.signal });
    const identity = await hypervisor.identify({ signal: life.signal });
    const mismatch = identityMismatch(environment, identity);
    if (mismatch !== null) throw new CommandError(mismatch, exitCode.refused);
    return { hypervisor, identity };
  } catch (error) {
    await hypervisor?.close();
    signal.throwIfAborted();
    throw error instanceof CommandError ? error : new CommandError(`${environment.name}: ${(error as Error).message}`, exitCode.refused, { cause: error });
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
