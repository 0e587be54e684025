import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mergedLimits } from '../record/limit-files.ts';
import type { LimitsOfFile } from '../record/types.ts';
import { crossCheck } from './cross-check.ts';
import { nearest } from './did-you-mean.ts';
import { parseDuration } from './duration.ts';
import type { Environment } from './environment.ts';
import { environmentFileProblem } from './file-trust.ts';
import { limitsTooFine, readLimitsFile } from './limits.ts';
import { toProblems, wordIssue } from './messages.ts';
import { EnvironmentError, describeFile } from './problem.ts';
import type { Problem } from './problem.ts';
import { openReferences } from './references.ts';
import { environmentSchema } from './shape.ts';
import type { ParsedEnvironment } from './shape.ts';
import { readYamlFile, throwProblems } from './yaml-file.ts';
import type { YamlFile } from './yaml-file.ts';

export interface LoadOptions {
  /** Folder of the environment files; `.env` and relative `file:` references are looked up in it. */
  folder: string;
  /** A file whose limits come before the environment's own. What it does not name, the environment file sets. */
  limitsFile?: string;
  /** Variables that `env:` references see first. Default: those of this process. */
  env?: NodeJS.ProcessEnv;
}

/** Names of the environments in a folder, without the examples. */
export function listEnvironments(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.yaml') && !file.endsWith('.example.yaml')).map((file) => file.slice(0, -'.yaml'.length)).toSorted();
  } catch {
    return [];
  }
}

function unknownEnvironment(name: string, folder: string, known: readonly string[]): EnvironmentError {
  const meant = nearest(name, known);
  const there = known.length === 0 ? `There is none in ${describeFile(folder)}: copy one of the *.example.yaml there and fill it in.` : `${meant === null ? 'Choose one that is there.' : `Did you mean "${meant}"?`} ${describeFile(folder)} holds: ${known.join(', ')}.`;
  return new EnvironmentError([`There is no environment "${name}". ${there}`]);
}

/** The probe period as written, as far as it can be read; else the default. */
function probePeriodMs(document: unknown): number {
  try {
    return parseDuration(String((document as { probe?: { period?: unknown } } | null)?.probe?.period));
  } catch {
    return 10;
  }
}

function build(parsed: ParsedEnvironment, file: YamlFile, otherLimits: LimitsOfFile | null): Environment {
  const { endpoints, probe, limits, proxmox, hyperv, pacemaker, ...same } = parsed;
  const limitFiles = [...(otherLimits === null ? [] : [otherLimits]), { file: file.path, limits }];
  return {
    ...same,
    endpoints: endpoints ?? parsed.nodes.map(({ name, address }) => ({ node: name, address })),
    limits: mergedLimits(limitFiles),
    limitFiles,
    probe: { periodMs: probe.period, waitMs: probe.wait, lateAfterMs: probe.lateAfter ?? null },
    platformOptions: { proxmox, hyperv, pacemaker }[parsed.platform] ?? {},
    source: { path: file.path, document: file.value as Record<string, unknown> },
  };
}

/**
 * Reads `<folder>/<name>.yaml`, resolves its references and registers its secrets for scrubbing.
 *
 * @throws EnvironmentError (exit code 64) with everything that is wrong with the file, each problem as
 * `file:line:column: path: what is wrong. What to do.`
 */
export function loadEnvironment(name: string, { folder, limitsFile, env = process.env }: LoadOptions): Environment {
  const known = listEnvironments(folder);
  if (!known.includes(name)) throw unknownEnvironment(name, folder, known);
  const path = resolve(join(folder, `${name}.yaml`));
  const untrusted = environmentFileProblem(path);
  if (untrusted !== null) throw new EnvironmentError([`${describeFile(path)}: ${untrusted}`]);
  const file = readYamlFile(path);
  const other = limitsFile === undefined ? null : { name: limitsFile, ...readLimitsFile(limitsFile) };
  const { success, data, error } = environmentSchema(openReferences(folder, env)).safeParse(file.value ?? {}, { error: wordIssue });
  const periodMs = probePeriodMs(file.value);
  const own: Problem[] = [...(success ? [] : toProblems(error.issues)), ...crossCheck(file.value, name)];
  throwProblems([{ file, problems: own }, ...(other === null ? [] : [other])].flatMap(({ file: one, problems }) => [
    ...problems.map((problem) => ({ file: one, problem })),
    ...limitsTooFine((one.value as { limits?: unknown } | null)?.limits, periodMs).map((problem) => ({ file: one, problem })),
  ]));
  if (!success) throw new EnvironmentError([`${describeFile(file.path)} cannot be understood.`]);
  return build(data, file, other === null ? null : { file: other.name, limits: other.limits });
}
