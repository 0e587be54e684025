/**
 * What a change of the notice came to, by what is there afterwards: whatever was answered, that is what counts. Null: nothing was
 * changed. What is to be removed is gone too when somebody else's text stands in its place.
 */
export function noticeOutcome(from: string | null, to: string | null, found: string | null): boolean | null {
  if (found === to) return true;
  if (found === from) return null;
  return to === null;
}
