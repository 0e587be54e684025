import type { Hypervisor } from '../adapters/hypervisor.ts';
import type { Environment } from '../environment/environment.ts';
import { checkHands, checkMachines, silentHands } from '../faults/check-hands.ts';
import { checkParents } from '../faults/check-parents.ts';
import { isOwnAddress, ownAddressesFor } from '../safety/interlocks-own-place.ts';
import { ownPlaceOf } from '../safety/own-machine-place.ts';
import { wholeness } from '../safety/invariants.ts';
import type { Finding } from '../safety/invariants.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { livenessFindings } from './liveness.ts';
import { proberFindings } from './prober-choice.ts';

async function ownPlace(environment: Environment, signal: AbortSignal): Promise<Finding> {
  const own = await ownAddressesFor(environment);
  const { partOf, untold } = await ownPlaceOf(environment, signal);
  const named = [...environment.nodes, ...environment.guests].filter((target) => isOwnAddress(target.address, own)).map((target) => target.name);
  const hit = [...named, ...partOf];
  return { title: 'this machine is no part of the target', ok: hit.length === 0, detail: hit.join('; ') || ['it is outside', ...untold].join('; '), remedy: 'Run the harness from another machine.' };
}

function unknownGuests(environment: Environment, known: string[]): Finding[] {
  return environment.guests
    .filter((guest) => !known.includes(guest.name))
    .map((guest) => ({ title: `guest ${guest.name} exists`, ok: false, detail: `the cluster has no guest with the id "${guest.id}"`, remedy: 'Correct guests[].id in the environment file.' }));
}

/** Findings that concern the ground the harness stands on: they refuse a run. Whether the cluster is whole is a test of its own. */
export async function groundFindings(environment: Environment, hypervisor: Hypervisor, signal: AbortSignal): Promise<Finding[]> {
  const snapshot = await hypervisor.snapshot('full', { signal });
  const missingNodes = environment.nodes
    .filter((node) => !snapshot.nodes.some((candidate) => candidate.name === node.name))
    .map((node) => ({ title: `node ${node.name} is a member`, ok: false, detail: 'the cluster knows no node of that name', remedy: 'Correct nodes[].name in the environment file.' }));
  const unread = snapshot.unread.map((item): Finding => ({ title: `${item.what} can be read`, ok: null, detail: item.why, remedy: 'Make it readable for the account of the environment file.' }));
  return [await ownPlace(environment, signal), ...unread, ...missingNodes, ...unknownGuests(environment, snapshot.guests.map((guest) => guest.name)), ...(await checkHands(environment, { signal }))];
}

/** All findings of `check`: the ground, whose power the hands hold, what the hosts of nested nodes give them, and whether the cluster is whole. */
export async function allFindings(environment: Environment, hypervisor: Hypervisor, signal: AbortSignal): Promise<Finding[]> {
  const ground = await groundFindings(environment, hypervisor, signal);
  const whole = wholeness(await hypervisor.snapshot('full', { signal }), environment);
  const asked = { signal, silent: silentHands(environment, ground) };
  return [...ground, ...(await proberFindings(environment)), ...(await livenessFindings(environment)), ...(await checkMachines(environment, asked)), ...(await checkParents(environment, asked)), ...whole.filter((finding) => !ground.some((other) => other.title === finding.title))];
}

/** Throws with exit code 3 when the ground does not bear a run; nothing was touched. */
export async function refuseUnlessReady(environment: Environment, hypervisor: Hypervisor, signal: AbortSignal): Promise<void> {
  const ground = await groundFindings(environment, hypervisor, signal);
  // A hand that holds another machine than its node is never let near a run, whatever rows it has. One that cannot tell is for "check" and for the row prerequisites to say.
  const machines = (await checkMachines(environment, { signal, silent: silentHands(environment, ground) })).filter(({ ok }) => ok === false);
  const bad = [...ground.filter((finding) => finding.ok !== true), ...machines];
  if (bad.length === 0) return;
  throw new CommandError(['The preflight refuses the run; nothing was injected.', ...bad.map((finding) => `  ${finding.title}: ${finding.detail}. ${finding.remedy}`)].join('\n'), exitCode.refused);
}
