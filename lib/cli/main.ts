import { Command, CommanderError } from 'commander';
import { codeOf, exitCode } from './exit-code.ts';
import { followLauncher } from './lifeline.ts';
import { complain, surviveClosedOutput } from './say.ts';
import { toolVersion } from '../record/tool-version.ts';

/** Each command is loaded only when it is the one that is asked for: a command line answers at once. */
const commands: Record<string, () => Promise<Command>> = {
  run: async () => (await import('./run-command.ts')).runCommand(),
  plan: async () => (await import('./plan.ts')).planCommand(),
  check: async () => (await import('./check.ts')).checkCommand(),
  restore: async () => (await import('./restore.ts')).restoreCommand(),
  report: async () => (await import('./report.ts')).reportCommand(),
  rejudge: async () => (await import('./rejudge.ts')).rejudgeCommand(),
  compare: async () => (await import('./compare.ts')).compareCommand(),
  history: async () => (await import('./history.ts')).historyCommand(),
  probe: async () => (await import('./probe.ts')).probeCommand(),
  audit: async () => (await import('./audit.ts')).auditCommand(),
  lab: async () => (await import('./lab.ts')).labCommand(),
  schema: async () => (await import('./schema.ts')).schemaCommand(),
};

function strict(command: Command): Command {
  command.exitOverride().showHelpAfterError('(--help shows the options and an example)');
  for (const sub of command.commands) strict(sub);
  return command;
}

async function composeProgram(asked: string | undefined): Promise<Command> {
  const program = new Command('ha-acceptance')
    .description('Acceptance test harness for HA virtualization clusters: breaks, measures, mends, judges.')
    .version(toolVersion())
    .addHelpText('after', '\nExample:\n  $ npx --no ha-acceptance run --env lab --profile demo');
  const load = asked === undefined ? undefined : commands[asked];
  for (const command of load === undefined ? Object.values(commands) : [load]) program.addCommand(await command());
  return strict(program);
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.pass : exitCode.usage;
  const code = codeOf(error);
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  complain(code === exitCode.internal ? `Internal error, please report it: ${stack ?? message}` : message);
  return code;
}

followLauncher();
surviveClosedOutput();
// Node would print the error as it is, secrets included. A run listens too, and mends before it ends.
process.on('uncaughtException', (error) => {
  if (process.listenerCount('uncaughtException') === 1) process.exit(explain(error));
});
try {
  await (await composeProgram(process.argv[2])).parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}
