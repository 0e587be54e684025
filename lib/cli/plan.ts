import { styleText } from 'node:util';
import { Command } from 'commander';
import type { Environment } from '../environment/environment.ts';
import { loadEnvironment } from '../environment/load.ts';
import type { Capability, Snapshot } from '../adapters/hypervisor.ts';
import type { ScenarioVerdict } from '../record/types.ts';
import { overridesUsed, refusals } from '../safety/interlocks.ts';
import { ownAddressesFor } from '../safety/interlocks-own-place.ts';
import { ownPlaceOf } from '../safety/own-machine-place.ts';
import { takenAlong } from '../safety/taken-along.ts';
import { intentsOf } from '../scenario/intents.ts';
import { groundRows } from '../scenario/ground-findings.ts';
import { loadMatrix } from '../scenario/matrix.ts';
import { select } from '../scenario/selection.ts';
import type { Selected } from '../scenario/selection.ts';
import { codeOf, exitCode } from './exit-code.ts';
import { enterLab } from './inside-lab.ts';
import { openTargetToRead, whatIsOpen } from './mend-earlier.ts';
import { collect, limitsHelp, positiveInteger } from './options.ts';
import { earlierScenarios, expectedDuration } from './learned-durations.ts';
import { remedyUnderOtherIdentity, wordsUnderOtherIdentity } from './other-identity.ts';
import { environmentsFolder, reportsFolder } from './places.ts';
import { idleLimitFiles, plannedLimits, sayPlannedLimits } from './planned-limits.ts';
import type { PlannedLimits } from './planned-limits.ts';
import { complain, printable, say, sayJson } from './say.ts';

interface PlanOptions {
  env: string;
  suite: string[];
  guest: string[];
  repeat?: number;
  profile?: string;
  arm?: string;
  limits?: string;
  json?: boolean;
}

interface PlannedScenario extends PlannedLimits {
  id: string;
  title: string;
  expectedMs: number;
  /** How the expected duration is known. */
  expectedFrom: string;
  /** After this time it is given up, ms on an idle machine. */
  deadlineMs: number;
  /** Rows of this plan that block it when they find something. */
  after: string[];
  target: { node: string | null; role: string | null; disk: string | null } | null;
  steps: string[];
  /** Interlocks that it goes beyond because the environment allows it, each with the reason why it would be refused. */
  overrides: string[];
  /** Guests that nobody allowed by name and that go down with a node, in words. */
  alsoDown: string[];
  faults: { name: string; title: string; undo: string; manual: string[] }[];
  /** Why it would not run: a missing capability, a refusal of an interlock, or a target that cannot be chosen. */
  refused: string[];
}

interface PlanGround {
  environment: Environment;
  snapshot: Snapshot;
  capabilities: ReadonlySet<Capability>;
  /** Why a capability is absent, where there is more to say. */
  whyNot: (capability: Capability) => string | null;
  arm: string | null;
  ownAddresses: string[];
  ownPlace: readonly string[];
  earlier: readonly ScenarioVerdict[];
  /** Rows of the plan that establish the ground. */
  ground: string[];
}

/** What a scenario would do, by the row's own preparation. */
function planScenario(selected: Selected, { environment, snapshot, capabilities, whyNot, arm, ownAddresses, ownPlace, earlier, ground }: PlanGround): PlannedScenario {
  const { id, row, guest, variant } = selected;
  const { ms, source } = expectedDuration(selected, earlier);
  const base = { id, title: row.title, expectedMs: ms, expectedFrom: source, deadlineMs: row.deadlineMs, after: row.gate ? ground : [], ...plannedLimits(environment, row.row) };
  const missing = row.needs.filter((capability) => !capabilities.has(capability));
  if (missing.length > 0) return { ...base, target: null, steps: [], overrides: [], alsoDown: [], faults: [], refused: missing.map((capability) => `not applicable: the platform lacks ${[capability, whyNot(capability)].filter((word) => word !== null).join(': ')}`) };
  try {
    const { preparation } = row.prepare({ environment, snapshot, capabilities, guest, variant });
    const expectedMs = Math.max(ms, preparation.atLeastMs ?? 0);
    const contexts = intentsOf(preparation, guest?.name ?? null).map((intent) => ({ environment, intent, snapshot, openFaults: 0, armedWith: arm, now: new Date(), expectedMs, ownAddresses, ownPlace }));
    const refused = contexts.flatMap(refusals);
    const overrides = contexts.flatMap(overridesUsed).map(({ override, why }) => `${override}: ${why}`);
    return {
      ...base,
      expectedMs,
      target: preparation.target,
      steps: preparation.steps,
      overrides: [...new Set(overrides)],
      alsoDown: [...new Set(contexts.flatMap(({ intent }) => takenAlong(intent, environment, snapshot)))],
      faults: preparation.faults.map((fault) => ({ name: fault.name, title: fault.title, undo: fault.undo.title, manual: fault.undo.manual })),
      refused: [...new Set(refused.map((refusal) => `interlock "${refusal.rule}": ${refusal.message}`))],
    };
  } catch (error) {
    return { ...base, target: null, steps: [], overrides: [], alsoDown: [], faults: [], refused: [(error as Error).message] };
  }
}

/** A line whose beginning is ours and may carry colours; the rest holds names of the cluster. */
function tell(beginning: string, rest: string): void {
  process.stdout.write(`${beginning}${printable(rest)}\n`);
}

function printScenario(planned: PlannedScenario): void {
  tell(styleText('bold', printable(planned.id)), `  ${planned.title}  (about ${Math.ceil(planned.expectedMs / 1000)} s: ${planned.expectedFrom})`);
  if (planned.after.length > 0) tell('  after:  ', `${planned.after.join(', ')} (a finding there blocks it)`);
  for (const [index, step] of planned.steps.entries()) tell(`  ${index + 1}. `, step);
  for (const fault of planned.faults) {
    tell('  fault:  ', `${fault.title}  [${fault.name}]`);
    tell('  undo:   ', fault.undo);
  }
  for (const guest of planned.alsoDown) tell(`  ${styleText('yellow', 'goes down too:')} `, guest);
  for (const override of planned.overrides) tell(`  ${styleText(['bold', 'red'], 'OVERRIDE:')} `, override);
  for (const limit of sayPlannedLimits(planned)) tell('  limit:  ', limit);
  for (const reason of planned.refused) tell(`  ${styleText('red', 'would not run:')} `, reason);
}

async function plan(options: PlanOptions): Promise<number> {
  const inLab = await enterLab(options.env, { startLab: false, keepLab: true });
  if (inLab !== null) return inLab;
  const environment = loadEnvironment(options.env, { folder: environmentsFolder(), ...(options.limits === undefined ? {} : { limitsFile: options.limits }) });
  const { scenarios, profile } = select({ profile: options.profile ?? null, suites: options.suite, guests: options.guest, repeat: options.repeat ?? null }, environment, await loadMatrix());
  const { signal } = new AbortController();
  const { hypervisor, identity } = await openTargetToRead(environment, signal);
  try {
    const snapshot = await hypervisor.snapshot('full', { signal });
    const ownAddresses = await ownAddressesFor(environment);
    const { partOf: ownPlace } = await ownPlaceOf(environment, signal);
    const earlier = earlierScenarios(reportsFolder(), environment.name);
    const ground = groundRows.filter((name) => scenarios.some(({ row }) => row.row === name));
    const planned = scenarios.map((selected) => planScenario(selected, { environment, snapshot, capabilities: hypervisor.capabilities(), whyNot: (capability) => hypervisor.whyNot?.(capability) ?? null, arm: options.arm ?? null, ownAddresses, ownPlace, earlier, ground }));
    const open = whatIsOpen(environment);
    const openElsewhere = wordsUnderOtherIdentity(environment);
    const totalMs = planned.reduce((sum, scenario) => sum + scenario.expectedMs, 0);
    const capMs = planned.reduce((sum, scenario) => sum + scenario.deadlineMs, 0);
    const idleLimits = idleLimitFiles(environment, scenarios.map(({ row }) => row.row));
    const overrides = environment.allow.faults.filter((fault) => fault.startsWith('beyond-'));
    if (options.json === true) {
      sayJson({ schema: 1, environment: environment.name, profile, cluster: identity, open, openElsewhere, overrides, idleLimits, expectedMs: totalMs, capMs, scenarios: planned });
      return exitCode.pass;
    }
    say(`plan for ${environment.name} (cluster ${identity.name}), profile ${profile ?? 'none'}; nothing is touched\n`);
    for (const entry of open) tell(`${styleText('yellow', 'would be mended first:')} `, entry);
    for (const entry of openElsewhere) tell(`${styleText('red', 'would refuse to run:')} `, `still open: ${entry}`);
    if (openElsewhere.length > 0) tell('what to do: ', remedyUnderOtherIdentity(environment));
    for (const override of overrides) tell(`${styleText(['bold', 'red'], 'OVERRIDE:')} `, `${override} is allowed`);
    for (const idle of idleLimits) tell(`${styleText('yellow', 'limits:')} `, idle);
    for (const scenario of planned) printScenario(scenario);
    say(`\n${planned.length} scenario(s) in this order, about ${Math.ceil(totalMs / 60_000)} min, given up after ${Math.ceil(capMs / 60_000)} min at the latest on an idle machine; targets are chosen from where the guests are now and again when each scenario begins`);
    return exitCode.pass;
  } finally {
    await hypervisor.close();
  }
}

/** `ha-acceptance plan` */
export function planCommand(): Command {
  return new Command('plan')
    .description('what "run" would do: every step, target, limit, fault and undo; touches nothing')
    .requiredOption('--env <name>', 'environment, the name of a file in environments/')
    .option('--suite <row>', 'only this row (may be repeated)', collect, [])
    .option('--guest <name>', 'only this guest (may be repeated)', collect, [])
    .option('--repeat <n>', 'repeat destructive rows', positiveInteger)
    .option('--profile <name>', 'demo, smoke, gate or nightly')
    .option('--arm <cluster>', 'plan as if armed with this name')
    .option('--limits <file>', limitsHelp)
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  $ npx --no ha-acceptance plan --env prod-a --profile gate --arm CLUSTER')
    .action(async (options: PlanOptions) => {
      process.exitCode = await plan(options).catch((error: Error) => {
        complain(error.message);
        return codeOf(error);
      });
    });
}
