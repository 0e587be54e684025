/** Minutes since midnight of `HH:MM`. */
function minutes(text: string): number {
  const [hours = 0, rest = 0] = text.split(':').map(Number);
  return hours * 60 + rest;
}

/**
 * Whether a moment lies in a window such as `22:00-05:00`, in the local time of this machine (as cron has it).
 * The start belongs to it, the end does not; a window may cross midnight.
 */
export function insideWindow(window: string, moment: Date): boolean {
  const [from = '', to = ''] = window.split('-');
  const start = minutes(from);
  const end = minutes(to);
  const now = moment.getHours() * 60 + moment.getMinutes();
  return start <= end ? now >= start && now < end : now >= start || now < end;
}

const dayMs = 86_400_000;

/** How long a moment in these windows is followed by others, ms, also where one window begins before another ends; 0 outside of them, Infinity where they leave no gap. */
export function windowRestMs(windows: readonly string[], moment: Date): number {
  let end = moment;
  for (;;) {
    const window = windows.find((one) => insideWindow(one, end));
    if (window === undefined) return end.getTime() - moment.getTime();
    const closes = minutes(window.split('-')[1] ?? '');
    const next = new Date(end);
    next.setHours(Math.floor(closes / 60), closes % 60, 0, 0);
    if (next <= end) next.setDate(next.getDate() + 1);
    end = next;
    if (end.getTime() - moment.getTime() > dayMs) return Infinity;
  }
}
