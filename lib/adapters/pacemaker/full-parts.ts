import { configurationLines, timingSettings } from '../../platforms/pacemaker/cib.ts';
import { readCmapValue, tokenCommand, votesCommand } from '../../platforms/pacemaker/commands.ts';
import type { ClusterStatus } from '../../platforms/pacemaker/crm-mon.ts';
import { readVoteTable } from '../../platforms/votequorum.ts';
import type { CallOptions, NodeState, Snapshot } from '../hypervisor.ts';
import { readClock } from './clock.ts';
import { ask, withSignal, type PacemakerContext } from './context.ts';
import { backupJobs } from './jobs.ts';
import { lockProperty } from './notice.ts';
import { learnGuests, readConfiguration } from './reading.ts';
import { readVersions } from './versions.ts';

export interface FullParts extends Pick<Snapshot, 'votes' | 'configuration' | 'settings' | 'versions'> {
  clocks: ReadonlyMap<string, NodeState['clockOffset']>;
  jobs: string[];
  /** What could not be read, given which nodes the cluster calls offline. */
  unread: (status: ClusterStatus) => Snapshot['unread'];
}

/** Reads a part; on failure remembers why it is missing. */
async function part<T>(what: string, missing: { what: string; why: string; node?: string }[], read: () => Promise<T>, node?: string): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    missing.push({ what, why: (error as Error).message, ...(node === undefined ? {} : { node }) });
    return null;
  }
}

/** The parts of a full reading that change slowly. */
export async function readFullParts(context: PacemakerContext, options?: CallOptions): Promise<FullParts> {
  const missing: { what: string; why: string; node?: string }[] = [];
  const signal = withSignal(options);
  const [cib, votes, token, versions, jobs, ...clocks] = await Promise.all([
    part('configuration', missing, async () => {
      const configuration = await readConfiguration(context, options);
      await learnGuests(context, configuration, options);
      return configuration;
    }),
    part('votes', missing, async () => {
      // Status 2 says "not quorate": the table is there all the same.
      const figures = readVoteTable((await ask(context, votesCommand, { ...signal, accept: ({ code, stdout }) => code === 0 || readVoteTable(stdout) !== null })).stdout);
      if (figures === null) throw new Error('corosync-quorumtool printed no votes');
      const { expected, present, needed, members } = figures;
      return { expected, present, needed, byNode: Object.fromEntries(members.filter(({ id }) => id !== 0).map((member) => [member.name, member.votes])) };
    }),
    part('corosync token', missing, async () => readCmapValue((await ask(context, tokenCommand, signal)).stdout)),
    part('versions', missing, async () => readVersions(context, options)),
    part('jobs of guests', missing, async () => backupJobs(context, options)),
    ...[...context.fleet.hosts.values()].map(async (host) => [host.name, await part(`clock of node ${host.name}`, missing, async () => readClock(host, options), host.name)] as const),
  ]);
  options?.signal?.throwIfAborted();
  return {
    votes,
    configuration: cib === null ? [] : configurationLines(cib, [lockProperty]),
    settings: { ...(token === null ? {} : { 'corosync token': `${token} ms` }), ...(cib === null ? {} : timingSettings(cib)) },
    versions: versions ?? {},
    jobs: jobs ?? [],
    clocks: new Map(clocks),
    unread: (status) => missing.filter(({ node }) => node === undefined || status.nodes.some((candidate) => candidate.name === node && candidate.online)).map(({ what, why }) => ({ what, why })),
  };
}
