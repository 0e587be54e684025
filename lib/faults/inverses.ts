import { backupRemains } from './backup.ts';
import { diskInsert } from './disk.ts';
import { drainEnd } from './drain.ts';
import type { Inverse } from './fault.ts';
import { networkConnect } from './partition.ts';
import { placement } from './placement.ts';
import { powerOn } from './power.ts';
import { scratchRemains } from './scratch.ts';

/** Every inverse that this version understands, by its name. One that was released stays, with every version of its data. */
export const inverses: ReadonlyMap<string, Inverse> = new Map([powerOn, diskInsert, placement, backupRemains, networkConnect, scratchRemains, drainEnd].map((inverse) => [inverse.name, inverse]));
