import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Addresses of the cluster's end of the link, which go and come with what has them; in the namespace of this process. */
export interface FarAddresses {
  /** Resolves when the kernel has done it. Nothing is done when it is so already. */
  set(address: string, isThere: boolean): Promise<void>;
}

/** @param addresses that are there now */
export function farAddresses(addresses: readonly string[], device = 'far0'): FarAddresses {
  const there = new Map(addresses.map((address) => [address, true]));
  // The first address of a subnet takes the others along when it goes, unless they are promoted.
  for (const [setting, value] of [['promote_secondaries', '1'], ['forwarding', '0']] as const) writeFileSync(`/proc/sys/net/ipv4/conf/all/${setting}`, value);
  // A node that starts while nobody can reach it listens all the same.
  writeFileSync('/proc/sys/net/ipv4/ip_nonlocal_bind', '1');
  let last: Promise<unknown> = Promise.resolve();
  return {
    set: async (address, isThere) => {
      if (there.get(address) === isThere) return;
      there.set(address, isThere);
      const done = last.then(() => run('ip', ['address', isThere ? 'add' : 'del', `${address}/24`, 'dev', device]));
      last = done.catch(() => undefined);
      await done;
    },
  };
}
