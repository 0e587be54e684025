import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';

/** Who we are: user and host of this process. */
export function lockOwner(): string {
  return `${userInfo().username}@${hostname()}`;
}

/** Host name and machine-id(5), which no other machine has. */
export function thisMachine(): string {
  const id = existsSync('/etc/machine-id') ? readFileSync('/etc/machine-id', 'utf8').trim() : '';
  return `${hostname()} ${id}`;
}

/** The pid namespace of this process, null where there is none: a pid of another one (a container's) says nothing here. */
export function pidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}
