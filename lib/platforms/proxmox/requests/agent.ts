import { z } from 'zod';
import { perlBoolean, perlNumber } from '../perl.ts';
import { read, write } from '../request.ts';
import type { ProxmoxRead, ProxmoxWrite } from '../request.ts';

const base = '/nodes/{node}/qemu/{vmid}/agent';

/** The guest's own word that it lives. A POST that changes nothing. */
export function agentPing(node: string, vmid: string): ProxmoxRead<true> {
  return { ...read(`${base}/ping`, { node, vmid }, z.object({ result: z.unknown() }).transform(() => true as const)), method: 'POST' };
}

/**
 * Runs a program in the guest.
 *
 * @param major version of Proxmox VE. 7 takes one text and splits it at commas, semicolons and white space unless there is a
 * NUL in it (Tools.pm, split_list): so the words are joined by NUL, and each ends in one. 8 and 9 take a list.
 */
export function agentExec(node: string, vmid: string, argv: readonly string[], major: number): ProxmoxWrite<number> {
  const command = major >= 8 ? argv : argv.map((word) => `${word}\0`).join('');
  return write('POST', `${base}/exec`, { node, vmid }, z.object({ pid: perlNumber }).transform(({ pid }) => pid), { command });
}

/** The text of a file in the guest, which nothing is run for; null where it is longer than the API reads (16 MiB). */
export function agentFile(node: string, vmid: string, file: string): ProxmoxRead<string | null> {
  const answer = z.object({ content: z.string(), truncated: perlBoolean.optional() }).transform(({ content, truncated }) => (truncated === true ? null : content));
  return read(`${base}/file-read`, { node, vmid }, answer, { file });
}

/** `exitCode` is null while it runs, and when a signal ended it. */
export interface AgentExecStatus {
  exited: boolean;
  exitCode: number | null;
  stdout: string;
  stderr: string;
  truncated: boolean;
}

const execStatus = z
  .object({ exited: perlBoolean, exitcode: perlNumber.nullish(), 'out-data': z.string().default(''), 'err-data': z.string().default(''), 'out-truncated': perlBoolean.optional(), 'err-truncated': perlBoolean.optional() })
  .transform((status): AgentExecStatus => ({ exited: status.exited, exitCode: status.exitcode ?? null, stdout: status['out-data'], stderr: status['err-data'], truncated: status['out-truncated'] === true || status['err-truncated'] === true }));

/**
 * What became of a program in the guest. It can be read ONCE after the program ended: the agent forgets it, and the next
 * reading is 500 "PID ld does not exist". So it is a write here: it is never sent twice.
 */
export function agentExecStatus(node: string, vmid: string, pid: number): ProxmoxWrite<AgentExecStatus> {
  return { kind: 'write', method: 'GET', template: `${base}/exec-status`, path: { node, vmid }, params: { pid }, answer: execStatus };
}
