/** What a guest of the stand-in keeps on its disk and tells of it: a sequence of acknowledged writes that outlives its boots. */
export interface GuestRing {
  /** Takes note of the boot that runs now, null while none does. */
  follow(boot: string | null, nowMs: number): void;
  /** As its status page has it; null while it does not run. */
  status(nowMs: number): { guest: string; boot: string; ack: number; recovered: number; errors: number; state: string } | null;
}

/** It writes ten times a second. */
const writePeriodMs = 100;

export function guestRing(guest: string): GuestRing {
  let boot: string | null = null;
  let onDisk = 0;
  let sinceMs = 0;
  const acknowledged = (nowMs: number): number => (boot === null ? onDisk : onDisk + Math.floor((nowMs - sinceMs) / writePeriodMs));
  return {
    follow(now, nowMs) {
      if (now === boot) return;
      onDisk = acknowledged(nowMs);
      boot = now;
      sinceMs = nowMs;
    },
    status: (nowMs) => (boot === null ? null : { guest, boot, ack: acknowledged(nowMs), recovered: onDisk, errors: 0, state: 'writing' }),
  };
}
