import { Command } from 'commander';
import { LabFailedError, LabImpossibleError } from '../lab/errors.ts';
import { labClean } from '../lab/host/clean.ts';
import { labDown } from '../lab/host/down.ts';
import { labExec } from '../lab/host/exec.ts';
import { labStatus, type LabStatus } from '../lab/host/status.ts';
import { labUp } from '../lab/host/up.ts';

const exitCodes = { failed: 70, impossible: 69, interrupted: 130 };
const stateCodes: Record<LabStatus['state'], number> = { healthy: 0, starting: 1, degraded: 1, down: 3 };

/** Runs an action; turns what the lab has to say into a message and an exit code. */
function guarded<A extends unknown[]>(action: (...args: A) => Promise<number>): (...args: A) => Promise<void> {
  return async (...args) => {
    try {
      process.exitCode = await action(...args);
    } catch (error) {
      if (!(error instanceof LabImpossibleError) && !(error instanceof LabFailedError)) throw error;
      process.stderr.write(`ha-acceptance: ${error.message}\n`);
      process.exitCode = error instanceof LabImpossibleError ? exitCodes.impossible : exitCodes.failed;
    }
  };
}

/** The status for people. */
export function describeStatus(status: LabStatus): string {
  if (status.state === 'down') return 'The lab is down. Start it with "ha-acceptance lab up".';
  const nodes = status.nodes.map((node) => `  node  ${node.name}  power ${node.power}, ${node.online ? 'online' : 'not online'}${node.coordinator ? ', coordinator' : ''}`);
  const guests = status.guests.map((guest) => `  guest ${guest.name} at ${guest.address}  ${guest.node === null ? 'not placed' : `on ${guest.node}`}, ${guest.answering ? 'answers' : 'does not answer'}`);
  return [`The lab is ${status.state} (since ${status.since}, incarnation ${status.incarnation}).`, ...nodes, ...guests, `  storage: ${status.storage}`, `  logs: ${status.logs}`].join('\n');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function up(): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interruption.abort());
  try {
    const world = await labUp({ lifeline: false, onProgress: (message) => say(`lab: ${message}`), signal: interruption.signal });
    say(world.startedHere ? 'lab: healthy' : 'lab: was up already');
    return 0;
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    say('lab: interrupted; nothing of it is left running');
    return exitCodes.interrupted;
  }
}

const examples = `
Examples:
  ha-acceptance lab up                       bring up the three-node cluster and wait until it is healthy
  ha-acceptance lab status --json            what it is made of and how it is
  ha-acceptance lab exec -- ping -c3 www.lab run a command where the harness runs
  ha-acceptance lab exec --node n1 -- crm_mon -1
  ha-acceptance lab down                     end it; nothing of it is left`;

/** The command `lab`: the embedded cluster. */
export function labCommand(): Command {
  const lab = new Command('lab').description('the embedded cluster: a real three-node HA cluster on this machine').addHelpText('after', examples);
  lab.command('up').description('bring it up and wait until it is healthy; the first time builds its root filesystem')
    .addHelpText('after', '\nExample:\n  ha-acceptance lab up').action(guarded(up));
  lab.command('down').description('end it; its logs stay').addHelpText('after', '\nExample:\n  ha-acceptance lab down').action(guarded(async () => {
    say((await labDown()) ? 'lab: down' : 'lab: was not up');
    return 0;
  }));
  lab.command('status').description('0 healthy, 1 starting or degraded, 3 down').option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  ha-acceptance lab status --json').action(guarded(async (options: { json?: boolean }) => {
      const status = await labStatus();
      say(options.json === true ? JSON.stringify(status, null, 2) : describeStatus(status));
      return stateCodes[status.state];
    }));
  lab.command('exec').description('run a command in it, and return its exit code').option('--node <name>', 'on this node instead of beside the harness')
    .argument('<command...>', 'the command and its arguments, after --').addHelpText('after', '\nExamples:\n  ha-acceptance lab exec -- curl http://www.lab/\n  ha-acceptance lab exec --node n2 -- ceph -s')
    .action(guarded((argv: string[], options: { node?: string }) => labExec({ node: options.node, argv })));
  lab.command('clean').description('remove its cache; the next "lab up" builds it again').addHelpText('after', '\nExample:\n  ha-acceptance lab clean').action(guarded(async () => {
    say(labClean() ? 'lab: the cache is removed' : 'lab: there was no cache');
    return 0;
  }));
  return lab;
}
