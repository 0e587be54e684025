import axios from 'axios';
import { LabFailedError } from '../errors.ts';
import type { WorldRecord } from '../world/options.ts';

const timeoutMs = 30_000;

/** Asks the world's supervisor over its socket. */
export async function askWorld<T>(world: Pick<WorldRecord, 'socket' | 'logs'>, path: string, signal?: AbortSignal): Promise<T> {
  try {
    const { data } = await axios.get<T>(`http://lab${path}`, { socketPath: world.socket, proxy: false, timeout: timeoutMs, ...(signal === undefined ? {} : { signal }) });
    return data;
  } catch (error) {
    throw new LabFailedError(`The lab's supervisor does not answer (${error instanceof Error ? error.message : String(error)}). Its logs: ${world.logs}. "ha-acceptance lab down" ends it.`, { cause: error });
  }
}
