import type { StateRecorder } from './state-recorder.ts';

/** What is read, and who hears of it. */
export interface Hearing {
  recorder: StateRecorder;
  of: string;
  /** The signal that the reading is given. */
  signal?: AbortSignal | undefined;
  /** Whether an error is a silence of the part. Default: each is. */
  isSilence?: (error: unknown) => boolean;
}

const nowNs = (): number => Number(process.hrtime.bigint());

/** Whether somebody gave a reading up before its time was over, which says nothing of the platform. */
function wasGivenUp(signal: AbortSignal | undefined): boolean {
  if (signal?.aborted !== true) return false;
  const reason: unknown = signal.reason;
  return !(reason instanceof Error && reason.name === 'TimeoutError');
}

/** Reads, and has a recorder hear of the state when `tell` is called with it, or of the reason why there is none. */
export async function hear<T>({ recorder, of, signal, isSilence = () => true }: Hearing, read: (tell: (state: unknown) => void) => Promise<T>): Promise<T> {
  const fromNs = nowNs();
  try {
    return await read((state) => recorder.read(of, { fromNs, toNs: nowNs() }, state));
  } catch (error) {
    if (isSilence(error) && !wasGivenUp(signal)) recorder.failed(of, { fromNs, toNs: nowNs() }, error instanceof Error ? error.message : String(error));
    throw error;
  }
}
