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
