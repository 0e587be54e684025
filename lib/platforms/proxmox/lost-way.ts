import type { HttpsError } from '../../transports/https-error.ts';
import { ProxmoxError } from './proxmox-error.ts';

/** A certificate that is not the expected one, with what may have changed it and how to find the truth without trusting the network. */
export function certificateProblem(node: string, error: HttpsError): ProxmoxError {
  const how = `A node gets another certificate when it is renewed (Proxmox VE does so by itself before it runs out), when it joins again, or by "pvecm updatecerts --force" and ACME. To find out, run on another node: openssl x509 -noout -fingerprint -sha256 -in /etc/pve/nodes/${node}/pveproxy-ssl.pem (or pve-ssl.pem where that is missing), compare, and only then write it to endpoints[].fingerprint of ${node}.`;
  return new ProxmoxError('certificate', `${error.message} ${how}`, { endpoint: node, cause: error });
}

/** No endpoint answered. @param only the endpoint that alone was to be asked. */
export function unreachableProblem(only: string | null, failures: readonly { node: string; error: HttpsError }[]): ProxmoxError {
  if (failures.length === 0) return new ProxmoxError('unreachable', `There is no endpoint for the node ${only}. Add it to endpoints in the environment file.`);
  const each = failures.map(({ node, error }) => `${node}: ${error.message}`).join(' ');
  return new ProxmoxError('unreachable', `${only === null ? 'No endpoint of the cluster answers.' : `The endpoint of ${only} does not answer.`} ${each}`, { ...(only === null ? {} : { endpoint: only }), cause: failures.at(-1)?.error });
}
