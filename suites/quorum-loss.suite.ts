import { measureGuests } from '../lib/scenario/disks.ts';
import { withoutQuorumWatchMs } from '../lib/scenario/expected-recovery.ts';
import { watchFencings } from '../lib/scenario/fencings.ts';
import { countInstances } from '../lib/scenario/instances.ts';
import { nodesAreNoticed, stateOfQuorum } from '../lib/scenario/limit-state.ts';
import { watchAtTheLimit } from '../lib/scenario/limit-watch.ts';
import { majorityCut } from '../lib/scenario/losses.ts';
import { mendWhile } from '../lib/scenario/mend-while.ts';
import { followReturn } from '../lib/scenario/node-recovery.ts';
import { matrixRow } from '../lib/scenario/row.ts';
import { followServiceReturn } from '../lib/scenario/service-return.ts';
import { watchStarts } from '../lib/scenario/starts.ts';

matrixRow({
  row: 'quorum-loss',
  title: 'So many nodes are cut from the network that no part has quorum; then it comes back',
  per: 'cluster',
  needs: ['node-fencing'],
  gate: true,
  expectedMs: 130_000,
  // The gate, noticing, the return of the quorum and of the service, the rejoining of the nodes and the storage's repair, each as long as it is waited for.
  deadlineMs: 4_500_000,
  prepare: ({ environment, snapshot }) => {
    const faults = majorityCut(environment, snapshot);
    const nodes = faults.map(({ target }) => target.node ?? '');
    return {
      target: faults[0]?.target ?? { node: null, role: null, disk: null },
      faults,
      together: true,
      permissions: [],
      nodes,
      // Without quorum a cluster may stop every guest.
      expectedNews: [
        { kind: 'quorum-lost', why: 'no part of the cluster has quorum' },
        { kind: 'two-coordinators', why: 'every part elects a coordinator, and they meet again' },
      ],
      mayRestart: environment.guests.map(({ name }) => name),
      steps: [
        `Cut ${nodes.join(' and ')} from the network at once; they go on running`,
        'What can still be asked knows that it has no quorum; no guest is started on another node meanwhile, and no node is fenced',
        `Connect ${nodes.at(-1)} again: quorum is back, and every guest serves and writes again, within its limit`,
        'Connect the rest: every node rejoins, everything is redundant again, no guest ever ran twice',
        'How long writes were frozen, and what else the guests felt, is measured; nothing that was acknowledged is lost',
      ],
    };
  },
  run: async (scenario, { faults, nodes, steps: [cut = '', noticed = '', firstReturn = '', rest = '', felt = ''] }) => {
    const guests = scenario.environment.guests.map(({ name }) => name);
    const before = await scenario.hypervisor.snapshot('membership', { signal: scenario.signal });
    const starts = watchStarts(before);
    const instances = countInstances(guests, guests[0] ?? '', nodes[0] ?? '');
    const injected = await scenario.step(cut, async () => scenario.injectTogether(faults));
    const fencings = watchFencings(before, (injected.confirmed.firstAfter - injected.at) / 1e6);
    try {
      await scenario.step(noticed, async () =>
        watchAtTheLimit(scenario, {
          injected,
          scope: 'membership',
          notices: 'what is left of the cluster knows that it has no quorum',
          isNoticed: nodesAreNoticed(nodes, true),
          state: stateOfQuorum,
          heldMs: withoutQuorumWatchMs(scenario.environment.platform, scenario.simulated),
          onSnapshot: (snapshot) => {
            instances.note(snapshot);
            starts.note(snapshot);
            fencings?.note(snapshot);
          },
        }));
      const { ok, detail } = starts.verdict();
      scenario.expect('without quorum no guest is started on another node', ok, detail);
      const unfenced = fencings?.verdict();
      if (unfenced !== undefined) scenario.expect('without quorum no node is fenced', unfenced.ok, unfenced.detail);
      const returned = scenario.now();
      await scenario.step(firstReturn, async () => mendWhile(scenario, async () => scenario.mend(...faults.slice(-1).map(({ undo }) => undo)), async (following) => followServiceReturn(following, returned, `the return of ${nodes.at(-1)}`, scenario.environment.limits['quorum-loss']?.recovery)));
      await scenario.step(rest, async () => {
        const repairAt = scenario.now();
        await mendWhile(scenario, async () => scenario.mend(), async (following) => {
          for (const node of nodes.slice(0, -1)) await followReturn(following, node, { faultAt: injected.at, repairAt }, instances);
        });
      });
      await scenario.step(felt, async () => measureGuests(scenario, injected.at, scenario.now(), { frozen: true }));
    } finally {
      const { ok, detail } = instances.verdict();
      scenario.expect('no guest ever runs twice', ok, detail);
    }
  },
});
