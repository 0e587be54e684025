import type { PowerHand } from '../environment/environment.ts';
import { quoteCommand } from '../transports/shell-quote.ts';
import { endedBadly, lastWords, runCommand, runToEnd } from './command-hand.ts';
import type { Ended } from './command-hand.ts';
import type { HandLog } from './hand-log.ts';
import type { MachineMarks, PowerControl, PowerReading } from './power-control.ts';
import { DoubtfulLogin } from './refused-login.ts';

type FenceAgentHand = Extract<PowerHand, { hand: 'fence-agent' }>;

/**
 * How long an agent may take, ms: it logs in, switches and waits for the power to go, each within a time of its own (fencing.py:
 * login_timeout 5 s, power_timeout 20 s, and agents for slow controllers raise them to a minute).
 */
const agentTimeoutMs = 120_000;

type Action = 'on' | 'off' | 'status' | 'list' | 'metadata';

/** What the agent reads from its standard input: an option a line (ClusterLabs, FenceAgentAPI.md). No secret gets onto a command line. */
function orderOf(hand: FenceAgentHand, action: Action): string {
  const lines = Object.entries(hand.options).map(([key, value]) => `${key}=${typeof value === 'string' ? value : value.reveal()}`);
  return `${[...lines, `action=${action}`].join('\n')}\n`;
}

/** What all agents say of a device that they cannot reach, and of one that refuses their login (fencing.py, EC_LOGIN_DENIED). */
const loginDenied = /Unable to connect\/login/;

function failed(message: string, { output, errors }: Ended): Error {
  return loginDenied.test(errors) || loginDenied.test(output) ? new DoubtfulLogin(message) : new Error(message);
}

/**
 * The word counts and not the exit status alone: 2 means "off" for this action, and "wrong options" for all of them (fencing.py,
 * EC_BAD_ARGS), so that an agent that was asked wrongly would pass for a node without power.
 */
async function read(hand: FenceAgentHand, signal: AbortSignal): Promise<PowerReading> {
  const ended = await runToEnd([hand.agent], { signal, timeoutMs: agentTimeoutMs, input: orderOf(hand, 'status') });
  const word = /^Status:\s*(ON|OFF)\s*$/im.exec(ended.output)?.[1]?.toUpperCase();
  if (ended.code === 0 && word === 'ON') return 'on';
  if (ended.code === 2 && word === 'OFF') return 'off';
  throw failed(`The fence agent ${hand.agent} does not tell the power state (status ${ended.code ?? ended.signalName ?? ''}): ${lastWords(ended)}. Correct nodes[].power.options; "${hand.agent} -o metadata" shows them.`, ended);
}

async function switchTo(hand: FenceAgentHand, action: 'on' | 'off', signal: AbortSignal, hands?: HandLog): Promise<void> {
  const ended = await runToEnd([hand.agent], { signal, timeoutMs: agentTimeoutMs, hands, input: orderOf(hand, action) });
  if (ended.code !== 0) throw failed(endedBadly(`${hand.agent} (action ${action})`, ended).message, ended);
}

const textOf = (value: FenceAgentHand['options'][string] | undefined): string | null => (typeof value === 'string' ? value : (value?.reveal() ?? null));

/** A number is an outlet and no machine. */
const isName = (text: string): boolean => text !== '' && !/^\d+$/.test(text);

/**
 * The name that the device behind the agent gives to our plugs: a machine with two supplies has two. Null where an agent knows one
 * machine only and no names (IPMI), which its metadata tell, or says that its list does not work (fencing.py, "NOTICE: List option").
 */
async function machine(hand: FenceAgentHand, signal: AbortSignal): Promise<MachineMarks | null> {
  const plug = textOf(hand.options['plug'] ?? hand.options['port']);
  if (plug === null) return null;
  const metadata = await runCommand([hand.agent], { signal, timeoutMs: agentTimeoutMs, input: 'action=metadata\n' });
  if (!/<action\s[^>]*name="list"/.test(metadata)) return null;
  const separator = textOf(hand.options['separator']) ?? ',';
  const listed = (await runCommand([hand.agent], { signal, timeoutMs: agentTimeoutMs, input: orderOf(hand, 'list') })).trim();
  if (/^(?:N\/A|NOTICE: .*)$/.test(listed)) return null;
  const rows = listed.split('\n').map((line) => line.trim().split(separator)).filter(([name]) => name !== undefined && name !== '');
  const nameOf = (one: string): string | null => {
    const [name = '', alias = ''] = rows.find(([each, other]) => each === one || other === one) ?? [];
    if (name === '') throw new Error(`The fence agent ${hand.agent} knows no plug "${one}"; it lists ${rows.map(([each, other]) => (other === undefined || other === '' ? each : `${each} (${other})`)).join(', ') || 'none'}. Correct nodes[].power.options.plug.`);
    return isName(alias) ? alias : isName(name) ? name : null;
  };
  const names = new Set(plug.split(textOf(hand.options['plug_separator']) ?? ',').map(nameOf));
  if (names.size > 1) throw new Error(`The plugs "${plug}" of the fence agent ${hand.agent} belong to different machines: ${[...names].map((name) => name ?? 'one without a name').join(', ')}. Correct nodes[].power.options.plug.`);
  return { hostName: [...names][0] ?? null, uuid: null, serials: [] };
}

function manual(hand: FenceAgentHand, node: string): string[] {
  const secrets = Object.entries(hand.options).flatMap(([key, value]) => (typeof value === 'string' ? [] : [{ key, variable: `FENCE_${key.toUpperCase().replaceAll('-', '_')}`, reference: value.reference }]));
  const words = Object.entries(hand.options).map(([key, value]) => (typeof value === 'string' ? quoteCommand([`${key}=${value}`]) : `"${key}=$${secrets.find((secret) => secret.key === key)?.variable ?? ''}"`));
  return [
    ...secrets.map(({ key, variable, reference }) => `# ${variable} is the option ${key} of the fence agent of ${node}: what ${reference} of the environment file stands for.`),
    `printf '%s\\n' ${[...words, 'action=on'].join(' ')} | ${quoteCommand([hand.agent])}`,
  ];
}

/** A node's power through a program of ClusterLabs' fence agents that runs on this machine. */
export function fenceAgentControl(hand: FenceAgentHand, node: string): PowerControl {
  return {
    how: `the fence agent ${hand.agent}`,
    read: async (signal) => read(hand, signal),
    off: async (signal, hands) => switchTo(hand, 'off', signal, hands),
    on: async (signal, hands) => switchTo(hand, 'on', signal, hands),
    byProcess: true,
    machine: async (signal) => machine(hand, signal),
    manualOn: () => manual(hand, node),
  };
}
