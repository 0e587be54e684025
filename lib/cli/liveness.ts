import ping from 'ping';
import type { Environment } from '../environment/environment.ts';
import type { Finding } from '../safety/invariants.ts';

/** Patience with one echo, s. Liveness only: outages are measured by the prober, never by this. */
const patienceSeconds = 2;

/** Whether each guest answers an echo request from here, as a person would try with `ping`. */
export async function livenessFindings(environment: Environment): Promise<Finding[]> {
  return Promise.all(
    environment.guests.map(async ({ name, address }): Promise<Finding> => {
      const finding = { title: `guest ${name} answers an echo request from here`, remedy: `See to it that ${address} is the address of ${name}, that it runs, and that nothing between filters ICMP.` };
      try {
        const { alive, output } = await ping.promise.probe(address, { timeout: patienceSeconds, min_reply: 1 });
        return { ...finding, ok: alive, detail: alive ? `${address} answers` : (output.trim().split('\n').at(-1) ?? `${address} does not answer`) };
      } catch (error) {
        return { ...finding, ok: null, detail: `ping could not be run: ${(error as Error).message}` };
      }
    }),
  );
}
