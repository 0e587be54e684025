import type { Environment } from '../../environment/environment.ts';
import { quote } from '../../record/scrub.ts';
import { SshError } from '../../transports/ssh-error.ts';
import type { ExecOptions, ExecResult, SshFleet, SshHost } from '../../transports/ssh.ts';
import { AdapterError } from '../adapter-error.ts';
import type { CallOptions } from '../hypervisor.ts';
import type { GuestNames } from './guest-names.ts';
import type { HeardStates } from './heard-states.ts';

/** What the parts of this adapter share. */
export interface PacemakerContext {
  environment: Environment;
  fleet: SshFleet;
  /** Name of the node that answered last: it is asked first. */
  preferred: string | null;
  /** Nodes that did not answer in time when asked last: they are waited for only briefly. */
  silent: Set<string>;
  guests: GuestNames;
  versions: Record<string, string> | null;
  hasStorage: boolean;
  heard: HeardStates;
}

/** After this time without an answer the next node is asked too, ms; a question takes 20-150 ms on an idle node. */
const hedgeAfterMs = 400;
const questionTimeoutMs = 10_000;

function ordered(context: PacemakerContext): SshHost[] {
  const rank = (host: SshHost): number => (host.name === context.preferred ? 0 : context.silent.has(host.name) || context.fleet.unreachable().has(host.name) ? 2 : 1);
  return [...context.fleet.hosts.values()].toSorted((one, other) => rank(one) - rank(other));
}

/** A command answered with another exit status than 0. */
export class CommandFailed extends Error {
  override name = 'CommandFailed';
  readonly result: ExecResult;
  readonly host: string;

  constructor(argv: readonly string[], result: ExecResult, host: string) {
    // Scrubbed before it is cut: of a secret that the cut divides, the first half would stay.
    const words = quote(result.stderr.trim() || result.stdout.trim(), 600);
    super(`"${argv.join(' ')}" on ${host} ended with status ${result.code}${words === '' ? '' : `: ${words}`}`);
    this.result = result;
    this.host = host;
  }
}

export interface QuestionOptions extends ExecOptions {
  hedgeMs?: number;
  /** Which answers are taken; the others are taken as this node's failure and another one is asked. Default: status 0. */
  accept?: (result: ExecResult) => boolean;
}

/**
 * Asks one node a question that changes nothing. A node that is slow or dead costs at most `hedgeMs`: then the next one is asked
 * as well, and the first good answer counts.
 */
export async function ask(context: PacemakerContext, argv: readonly string[], options: QuestionOptions = {}): Promise<ExecResult & { host: string }> {
  const { hedgeMs = hedgeAfterMs, accept = (result: ExecResult) => result.code === 0, signal, ...rest } = options;
  const hosts = ordered(context);
  const enough = new AbortController();
  const cancel = signal === undefined ? enough.signal : AbortSignal.any([signal, enough.signal]);
  const errors: Error[] = [];
  return new Promise((resolve, reject) => {
    let next = 0;
    let open = 0;
    let timer: NodeJS.Timeout | undefined;
    const settle = (action: () => void): void => {
      clearTimeout(timer);
      action();
      enough.abort();
    };
    const begin = (): void => {
      clearTimeout(timer);
      const host = hosts[next++];
      if (host === undefined) {
        if (open === 0) settle(() => reject(new AggregateError(errors, errors.map((error) => error.message).join('; ') || 'There is no node to ask.')));
        return;
      }
      open += 1;
      timer = setTimeout(begin, hedgeMs);
      host.exec(argv, { timeoutMs: questionTimeoutMs, ...rest, signal: cancel }).then(
        (result) => {
          open -= 1;
          if (accept(result)) {
            context.preferred = host.name;
            context.silent.delete(host.name);
            settle(() => resolve({ ...result, host: host.name }));
            return;
          }
          errors.push(new CommandFailed(argv, result, host.name));
          begin();
        },
        (error: Error) => {
          open -= 1;
          if (enough.signal.aborted) return;
          if (signal?.aborted === true) {
            settle(() => reject(error));
            return;
          }
          errors.push(new Error(`${host.name}: ${error.message}`, { cause: error }));
          begin();
        },
      );
    };
    begin();
  });
}

/** Runs a command that changes something, once, on a node that answered just now. Its outcome is unknown when it throws anything but CommandFailed. */
export async function act(context: PacemakerContext, argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  const { host: name } = await ask(context, ['true'], withSignal(options));
  return actOn(context, name, argv, options);
}

/** Runs a command on one node. */
export async function actOn(context: PacemakerContext, name: string, argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  const host = context.fleet.hosts.get(name);
  if (host === undefined) throw toolError(`The cluster has a node ${name} that the environment file does not list.`, 'It cannot be reached.', `Add ${name} with its address to nodes in the environment file.`, 'connecting', name);
  const result = await host.exec(argv, options);
  if (result.code !== 0) throw new CommandFailed(argv, result, name);
  return result;
}

/** The options of a call as the options of a command that is a part of it. */
export function withSignal(options: CallOptions | undefined): { signal?: AbortSignal } {
  return options?.signal === undefined ? {} : { signal: options.signal };
}

/** A failure of ours. */
export function toolError(message: string, impact: string, remedy: string, phase: string, target: string, cause?: unknown): AdapterError {
  return new AdapterError({ message, blame: 'tool', impact, remedy, phase, target }, { cause });
}

/** Whether no node said anything: every error below is one of ssh. The nodes may be down, or the way to them may be cut; nobody can tell from here. */
function nobodyAnswered(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(nobodyAnswered);
  return error instanceof SshError || (error instanceof Error && error.cause !== undefined && nobodyAnswered(error.cause));
}

/** A failure of the cluster, as far as a node said so: where `cause` is that none answered, the blame is unknown. */
export function clusterError(message: string, impact: string, remedy: string, phase: string, target: string, cause?: unknown): AdapterError {
  return new AdapterError({ message, blame: nobodyAnswered(cause) ? 'unknown' : 'cluster', impact, remedy, phase, target }, { cause });
}
