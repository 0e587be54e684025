import type { HandLog } from './hand-log.ts';

/** What a hand reads; `changing` is neither, and is read again. */
export type PowerReading = 'on' | 'off' | 'changing';

/** What is said of a machine, by whoever holds its power or by itself; what is not known is null, or missing among the serials. */
export interface MachineMarks {
  hostName: string | null;
  /** SMBIOS UUID. */
  uuid: string | null;
  serials: string[];
}

/** What must be so on the host of a node that is a machine itself. `ok: null`: it could not be told. */
export interface ParentFinding {
  title: string;
  ok: boolean | null;
  detail: string;
  remedy: string;
}

/** The power of one node, whichever hand holds the switch. Every call has a bound of its own and honours the signal. */
export interface PowerControl {
  /** For people: "Redfish at https://192.0.2.21". */
  how: string;
  read(signal: AbortSignal): Promise<PowerReading>;
  /** Cuts the power at once, as a failure would. */
  off(signal: AbortSignal, hands?: HandLog): Promise<void>;
  on(signal: AbortSignal, hands?: HandLog): Promise<void>;
  /** Whether it is switched by a process of this machine, which `hands` then knows of; otherwise by a request that may be on its way. */
  byProcess: boolean;
  /** Which machine the hand says that it holds. Null, or absent, where a hand cannot know: an operator's command. */
  machine?(signal: AbortSignal): Promise<MachineMarks | null>;
  /** What the node's host must give it to be a node. Absent where the hand has no such host. Reads only. */
  ground?(signal: AbortSignal): Promise<ParentFinding[]>;
  /** Commands by which a person switches it on; never with a secret in them. */
  manualOn(): string[];
}
