import { errnoName, pin } from './libc.ts';
import type { Libc } from './libc.ts';
import type { ClockPair } from './stamp.ts';

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const TIMER_ABSTIME = 1;
const PR_SET_TIMERSLACK = 29;
const SCHED_FIFO = 1;
const timerSlackNs = 1000;
/** Above ordinary real-time work, below the kernel's own threads (which run at 50 and 99). */
const fifoPriority = 40;
/** Two readings of the monotonic clock around one of the wall clock may lie this far apart. */
const pairWithinNs = 20_000;

/** The calling thread's clocks and sleep. */
export interface ThreadClock {
  now(): number;
  pair(): ClockPair;
  sleepUntil(ns: number): void;
}

export function createThreadClock(libc: Libc): ThreadClock {
  const time = pin(16);
  const wake = pin(16);
  const now = (): number => {
    libc.clock_gettime(CLOCK_MONOTONIC, time.at);
    return time.view.getUint32(0, true) * 1e9 + time.view.getUint32(8, true);
  };
  return {
    now,
    pair() {
      for (let attempt = 0; ; attempt++) {
        const before = now();
        libc.clock_gettime(CLOCK_REALTIME, time.at);
        const realSeconds = time.view.getUint32(0, true);
        const realNs = time.view.getUint32(8, true);
        const after = now();
        if (after - before <= pairWithinNs || attempt === 3) return { monotonicNs: Math.round((before + after) / 2), realSeconds, realNs };
      }
    },
    sleepUntil(ns) {
      const seconds = Math.floor(ns / 1e9);
      wake.view.setUint32(0, seconds, true);
      wake.view.setUint32(8, Math.floor(ns - seconds * 1e9), true);
      libc.clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, wake.at, null);
    },
  };
}

/** Makes the calling thread punctual: 1 µs timer slack, and real-time priority when wanted and permitted. Says what came of it. */
export function makePunctual(libc: Libc, realtime: boolean): string {
  libc.prctl(PR_SET_TIMERSLACK, timerSlackNs, 0, 0, 0);
  if (!realtime) return 'ordinary priority, as asked';
  const parameter = pin(4);
  parameter.memory.writeInt32LE(fifoPriority);
  if (libc.sched_setscheduler(0, SCHED_FIFO, parameter.at) === 0) return `real-time priority (SCHED_FIFO ${fifoPriority})`;
  return `ordinary priority, because SCHED_FIFO is refused (${errnoName()}, needs CAP_SYS_NICE or an rtprio limit)`;
}
