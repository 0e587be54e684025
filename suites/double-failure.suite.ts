import { countInstances } from '../lib/scenario/instances.ts';
import { mendWhile } from '../lib/scenario/mend-while.ts';
import { followServiceReturn } from '../lib/scenario/service-return.ts';
import { followRedundancy, followReturn } from '../lib/scenario/node-recovery.ts';
import { measureGuests, newsOfDiskLoss } from '../lib/scenario/disks.ts';
import { losesQuorum, twoDisks, twoNodes } from '../lib/scenario/losses.ts';
import { disksAreNoticed, nodesAreNoticed, stateOfStorage, stateOfQuorum } from '../lib/scenario/limit-state.ts';
import { watchAtTheLimit } from '../lib/scenario/limit-watch.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'double-failure',
  title: 'Two disks, or two nodes, at once: nothing acknowledged is lost, and the first return brings the service back',
  per: 'cluster',
  variants: ['disks', 'nodes'],
  needs: ['redundant-storage', 'node-fencing'],
  gate: true,
  expectedMs: 120_000,
  // The gate, noticing, the first return, the second, the rejoining of two nodes and the storage's repair, each as long as it is waited for.
  deadlineMs: 4_500_000,
  prepare: ({ environment, snapshot, variant }) => {
    const areNodes = variant === 'nodes';
    const faults = areNodes ? twoNodes(environment, snapshot) : twoDisks(environment, snapshot);
    const [first, second] = faults.map(({ target }) => target.disk ?? target.node ?? '');
    return {
      target: faults[0]?.target ?? { node: null, role: null, disk: null },
      faults,
      together: true,
      permissions: [],
      // Without quorum a cluster may stop every guest.
      mayRestart: areNodes ? environment.guests.map(({ name }) => name) : [],
      expectedNews: areNodes
        ? [{ kind: 'quorum-lost', why: 'two nodes are without power' }]
        : faults.flatMap(({ target }) => newsOfDiskLoss({ node: target.node ?? '', disk: target.disk ?? '' })),
      areNodes,
      quorumGoes: areNodes && losesQuorum(snapshot, faults.map(({ target }) => target.node ?? '')),
      names: { first: first ?? '', second: second ?? '' },
      steps: [
        areNodes ? `Cut the power of ${first} and ${second} at once` : `Take ${first} and ${second} out at once`,
        'It is noticed; what the platform does at its limit is stated',
        `${second} comes back: every guest serves and writes again, within its limit`,
        `${first} comes back: everything is redundant again`,
        'How long writes were frozen, and what else the guests felt, is measured; nothing that was acknowledged is lost',
      ],
    };
  },
  run: async (scenario, { faults, areNodes, quorumGoes, names, steps }) => {
    const [atOnce = '', noticed = '', firstReturn = '', secondReturn = '', felt = ''] = steps;
    const nodes = areNodes ? faults.map(({ target }) => target.node ?? '') : [];
    const instances = countInstances(scenario.environment.guests.map(({ name }) => name), scenario.environment.guests[0]?.name ?? '', nodes[0] ?? '');
    const injected = await scenario.step(atOnce, async () => scenario.injectTogether(faults));
    try {
      await scenario.step(noticed, async () =>
        watchAtTheLimit(scenario, {
          injected,
          ...(areNodes
            ? { scope: 'membership', notices: quorumGoes ? 'what is left of the cluster knows that it has no quorum' : 'the cluster notices that both nodes are gone', isNoticed: nodesAreNoticed(nodes, quorumGoes), state: stateOfQuorum }
            : { scope: 'storage', notices: 'the storage notices by itself that both disks are gone', isNoticed: disksAreNoticed(faults.map(({ target }) => target.disk ?? '')), state: stateOfStorage }),
          onSnapshot: instances.note,
        }));
      await scenario.step(firstReturn, async () => {
        const since = scenario.now();
        await mendWhile(scenario, async () => scenario.mend(...faults.slice(1).map(({ undo }) => undo)), async (following) => followServiceReturn(following, since, `the return of ${names.second}`, scenario.environment.limits['double-failure']?.recovery));
      });
      await scenario.step(secondReturn, async () => {
        const repairAt = scenario.now();
        await mendWhile(scenario, async () => scenario.mend(), async (following) => {
          for (const node of nodes.filter((name) => name !== names.second)) await followReturn(following, node, { faultAt: injected.at, repairAt }, instances);
          if (!areNodes) await followRedundancy(following, { faultAt: injected.at, repairAt }, instances.note);
        });
      });
      await scenario.step(felt, async () => measureGuests(scenario, injected.at, scenario.now(), { frozen: true }));
    } finally {
      const { ok, detail } = instances.verdict();
      if (areNodes) scenario.expect('no guest ever runs twice', ok, detail);
    }
  },
});
