import { Command } from 'commander';
import { calibrationHelp } from './calibrate.ts';
import { openEventStream } from './event-stream.ts';
import type { EventStream } from './event-stream.ts';
import { codeOf } from './exit-code.ts';
import { enterLab, followOuterProcess } from './inside-lab.ts';
import { collect, limitsHelp, positiveInteger } from './options.ts';
import { run } from './run.ts';
import { complain, leaveOutputToMachine } from './say.ts';

interface RunFlags {
  env: string;
  suite: string[];
  guest: string[];
  repeat?: number;
  profile?: string;
  arm?: string;
  limits?: string;
  breakLock?: boolean;
  keepLab?: boolean;
  cap?: number;
  keep?: number;
  json?: boolean;
}

async function start(flags: RunFlags, stream: EventStream | null): Promise<number> {
  const inLab = await enterLab(flags.env, { startLab: true, keepLab: flags.keepLab ?? false });
  // The same command inside has written the whole stream.
  if (inLab !== null) return inLab;
  followOuterProcess();
  const code = await run({
    env: flags.env,
    suite: flags.suite,
    guest: flags.guest,
    repeat: flags.repeat ?? null,
    profile: flags.profile ?? null,
    arm: flags.arm ?? null,
    limits: flags.limits ?? null,
    breakLock: flags.breakLock ?? false,
    capMinutes: flags.cap ?? null,
    keep: flags.keep ?? null,
    stream,
  });
  stream?.end(code, null);
  return code;
}

/** `ha-acceptance run` */
export function runCommand(): Command {
  return new Command('run')
    .description('validate a cluster: inject faults, measure, mend, report')
    .requiredOption('--env <name>', 'environment, the name of a file in environments/')
    .option('--suite <row>', 'only this row of the matrix (may be repeated)', collect, [])
    .option('--guest <name>', 'only this guest (may be repeated)', collect, [])
    .option('--repeat <n>', 'repeat destructive rows', positiveInteger)
    .option('--profile <name>', 'demo, smoke, gate or nightly (without profile and suite: gate)')
    .option('--arm <cluster>', 'name of the cluster; wanted for faults on a cluster that is not disposable')
    .option('--limits <file>', limitsHelp)
    .option('--cap <minutes>', 'stop injecting and mend after this time', positiveInteger)
    .option('--keep <n>', "afterwards keep only the newest n finished runs of the environment; never removes one with an open undo", positiveInteger)
    .option('--break-lock', 'take over the lock of another harness, on the cluster or on this machine; never one whose process is seen to run')
    .option('--keep-lab', 'with --env lab: leave a lab that this run started up')
    .option('--json', 'print one JSON object a line on standard output: the events of the record as they happen, in the end the verdicts and the exit code; words go to standard error')
    .addHelpText(
      'after',
      `
${calibrationHelp}

With --json the first line has the kind "stream-started" (run, folder), then come the lines of the record's events.jsonl, and the last
line is "stream-ended" (exitCode, verdicts as in verdicts.json, or error when there are none). When nothing could be begun, that is the
only one; a stream without it was killed. "ha-acceptance schema stream" prints the JSON Schema of a line. Leave out kinds and keys that
you do not know.

Examples:
  $ npx --no ha-acceptance run --env lab --profile demo
  $ npx --no ha-acceptance run --env prod-a --suite live-migration --guest web --arm CLUSTER
  $ npx --no ha-acceptance run --env lab --json | jq 'select(.kind == "phase")'

Exit codes: 0 all pass, 1 a fail, 2 inconclusive, 3 blocked or refused, 4 not fully restored,
64 wrong input, 69 set-up impossible, 70 internal error, 130 interrupted and restored.
SIGINT, SIGTERM, SIGHUP, or a file named STOP in $XDG_STATE_HOME/ha-acceptance: nothing more is injected, everything is mended.`,
    )
    .action(async (flags: RunFlags) => {
      const stream = flags.json === true ? openEventStream(flags.env) : null;
      if (stream !== null) leaveOutputToMachine();
      process.exitCode = await start(flags, stream).catch((error: Error) => {
        complain(error.message);
        stream?.end(codeOf(error), error.message);
        return codeOf(error);
      });
    });
}
