import { z } from 'zod';
import { list } from '../../transports/powershell/json51.ts';

/** read-machine.ps1. `boot`: the disk that firmware of the second generation starts from. */
export const machineReading = z.object({
  found: z.int(),
  machine: z.object({
    id: z.string(),
    name: z.string(),
    state: z.string(),
    clustered: z.boolean(),
    /** In braces, as Msvm_VirtualSystemSettingData.BIOSGUID has it. */
    biosGuid: z.string(),
    serials: list(z.string()),
    boot: z.string().nullable(),
    disks: list(z.object({ type: z.string(), number: z.int(), location: z.int(), path: z.string(), maximumIops: z.string(), minimumIops: z.string(), persistent: z.boolean() })),
  }).nullable(),
});
export type Machine = NonNullable<z.output<typeof machineReading>['machine']>;
export type MachineDisk = Machine['disks'][number];

/** switch-machine.ps1 */
export const switchReading = z.object({ was: z.string(), now: z.string() });
/** move-disk.ps1 */
export const moveReading = z.object({ left: z.int() });
/** read-own-machine.ps1. `guests`: the UUIDs in the firmware of its guests, in braces. */
export const ownMachineReading = z.object({ computer: z.string(), uuid: z.string(), serial: z.string(), guests: list(z.string()) });
/** find-disk.ps1 */
export const findDiskReading = z.object({ disks: list(z.object({ op: list(z.int()) })) });

/** read-nesting.ps1 */
export const nestingReading = z.object({
  found: z.int(),
  machine: z.object({ name: z.string(), clustered: z.boolean(), virtualization: z.boolean(), dynamicMemory: z.boolean(), checkpoints: z.int(), adapters: list(z.object({ name: z.string(), spoofing: z.string() })) }).nullable(),
});
export type Nesting = NonNullable<z.output<typeof nestingReading>['machine']>;
