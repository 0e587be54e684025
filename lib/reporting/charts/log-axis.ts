/** Where labels would come too close, only powers of ten have one. */
const mostDecades = 3;

/** Values for the ticks of a logarithmic axis between two positive ends: 1, 2 and 5 of each power of ten, or over many powers 1 alone. */
export function logTicks(from: number, to: number): number[] {
  const decades = Math.log10(to / from);
  const steps = decades > mostDecades ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(from)); 10 ** power <= to; power += 1) {
    for (const step of steps) {
      const tick = Number(`${step}e${power}`);
      if (tick >= from && tick <= to) ticks.push(tick);
    }
  }
  return ticks;
}

/** Where a positive value stands on a logarithmic axis whose ends, two positive values, stand at two places, px. */
export function logScale([from, to]: readonly [number, number], [fromPx, toPx]: readonly [number, number]): (value: number) => number {
  const pxPerDecade = (toPx - fromPx) / Math.log10(to / from);
  return (value) => fromPx + Math.log10(value / from) * pxPerDecade;
}
