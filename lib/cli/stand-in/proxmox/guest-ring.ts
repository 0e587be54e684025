/** What a guest of the stand-in keeps on its disk and tells of it: a sequence of acknowledged writes that outlives its boots. */
export interface GuestRing {
  /** Takes note of the boot that runs now, null while none does, and of whether its disk takes writes: what is frozen waits, without an error. */
  follow(boot: string | null, nowMs: number, isFrozen?: boolean): void;
  /** As its status page has it; null while it does not run. */
  status(nowMs: number): { guest: string; boot: string; ack: number; recovered: number; errors: number; state: string } | null;
}

/** It writes ten times a second. */
const writePeriodMs = 100;

export function guestRing(guest: string): GuestRing {
  let boot: string | null = null;
  let onDisk = 0;
  let recovered = 0;
  let sinceMs = 0;
  let frozen = false;
  const acknowledged = (nowMs: number): number => (boot === null || frozen ? onDisk : onDisk + Math.floor((nowMs - sinceMs) / writePeriodMs));
  return {
    follow(now, nowMs, isFrozen = false) {
      if (now === boot && isFrozen === frozen) return;
      onDisk = acknowledged(nowMs);
      if (now !== boot) recovered = onDisk;
      boot = now;
      frozen = isFrozen;
      sinceMs = nowMs;
    },
    status: (nowMs) => (boot === null ? null : { guest, boot, ack: acknowledged(nowMs), recovered, errors: 0, state: 'writing' }),
  };
}
