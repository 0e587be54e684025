import { RefusedSignIn } from '../platforms/proxmox/proxmox-error.ts';
import { RedfishError } from '../platforms/redfish/redfish-error.ts';

/** HTTP status by which a BMC says that it does not know the user, or that the account may not do this, or is locked (RFC 9110). */
const refusedStatus: ReadonlySet<number> = new Set([401, 403]);

/**
 * Whether what holds a hand's switch, or the cluster itself, refused our login. Asking again does not make the password right, and a few refused logins
 * lock the account on many a BMC: for an hour, and for the cluster's own fencing as well where that uses the same account.
 */
export function isRefusedLogin(error: unknown): boolean {
  if (error instanceof RefusedSignIn) return true;
  if (error instanceof RedfishError) return refusedStatus.has(error.status);
  return error instanceof Error && error.cause !== undefined && isRefusedLogin(error.cause);
}

/** A program says with one and the same word that a device was not reached and that it refused the login. */
export class DoubtfulLogin extends Error {}

/** Whether an error may be that of a refused login, and may as well be that of a device that is not there yet. */
export function isDoubtfulLogin(error: unknown): boolean {
  return error instanceof DoubtfulLogin || (error instanceof Error && error.cause !== undefined && isDoubtfulLogin(error.cause));
}
