/** Loaded into the harness (NODE_OPTIONS --import): its clocks go on by an hour at once when a file appears. */
import { existsSync } from 'node:fs';

const hourMs = 3_600_000;
const wallFile = process.env['STAND_IN_WALL_CLOCK'];
const deadlinesFile = process.env['STAND_IN_DEADLINES'];

/** Calls back once, when the file is there. */
function whenThere(file: string | undefined, change: () => void): void {
  if (file === undefined) return;
  const timer = setInterval(() => {
    if (!existsSync(file)) return;
    clearInterval(timer);
    change();
  }, 50);
  timer.unref();
}

whenThere(wallFile, () => {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...given: [] | [number | string | Date]) {
      super(...(given.length === 0 ? [RealDate.now() + hourMs] : given) as [number]);
    }
    static override now(): number {
      return RealDate.now() + hourMs;
    }
  } as DateConstructor;
});

whenThere(deadlinesFile, () => {
  const real = performance.now.bind(performance);
  performance.now = () => real() + hourMs;
});
