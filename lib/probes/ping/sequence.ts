/** ping prints sequences modulo 65536: the full one is the nearest to the newest seen. */
export function unwrapSequence(printed: number, newest: number): number {
  return printed + 65_536 * Math.round((newest - printed) / 65_536);
}
