import { Command, CommanderError } from 'commander';
import { auditCommand } from './audit.ts';
import { checkCommand } from './check.ts';
import { codeOf, exitCode } from './exit-code.ts';
import { toolVersion } from './begin-record.ts';
import { labCommand } from './lab.ts';
import { planCommand } from './plan.ts';
import { probeCommand } from './probe.ts';
import { rejudgeCommand, reportCommand } from './report.ts';
import { restoreCommand } from './restore.ts';
import { runCommand } from './run-command.ts';
import { schemaCommand } from './schema.ts';

function strict(command: Command): Command {
  command.exitOverride().showHelpAfterError('(--help shows the options and an example)');
  for (const sub of command.commands) strict(sub);
  return command;
}

const program = new Command('ha-acceptance')
  .description('Acceptance test harness for HA virtualization clusters: breaks, measures, mends, judges.')
  .version(toolVersion())
  .addHelpText('after', '\nExample:\n  $ npx --no ha-acceptance run --env lab --profile demo');
for (const command of [runCommand(), planCommand(), checkCommand(), restoreCommand(), reportCommand(), rejudgeCommand(), auditCommand(), probeCommand(), labCommand(), schemaCommand()]) program.addCommand(command);

try {
  await strict(program).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCode.pass : exitCode.usage;
  else {
    const code = codeOf(error);
    const { message, stack } = error as Error;
    process.stderr.write(code === exitCode.internal ? `Internal error, please report it: ${stack ?? message}\n` : `${message}\n`);
    process.exitCode = code;
  }
}
