import type { Snapshot } from '../lib/adapters/hypervisor.ts';
import { networkPartitionFault } from '../lib/faults/partition.ts';
import { measureOthers } from '../lib/scenario/disks.ts';
import { followFailover } from '../lib/scenario/failover.ts';
import { watchFencing } from '../lib/scenario/fencing-watch.ts';
import { countInstances } from '../lib/scenario/instances.ts';
import { mendWhile } from '../lib/scenario/mend-while.ts';
import { followReturn } from '../lib/scenario/node-recovery.ts';
import { guestOf, hostOf, roleOf } from '../lib/scenario/places.ts';
import { matrixRow } from '../lib/scenario/row.ts';

matrixRow({
  row: 'network-partition',
  title: 'The node that hosts the guest is cut from the network while the guest runs on it',
  per: 'guest',
  needs: ['node-fencing'],
  gate: true,
  expectedMs: 90_000,
  // As for node-failure: the gate, the failover, the undo, the return and the storage's repair may each take as long as it is waited for.
  deadlineMs: 3_000_000,
  prepare: ({ environment, snapshot, guest }) => {
    const node = hostOf(snapshot, guestOf(guest));
    const fault = networkPartitionFault(environment, node, roleOf(snapshot, node));
    return {
      target: fault.target,
      faults: [fault],
      fault,
      permissions: [],
      expectedNews: [{ kind: 'quorum-lost', node, why: `${node} is cut off and alone` }],
      steps: [`Cut ${node}, where ${guestOf(guest).name} runs, from the network; it goes on running there`, 'The cluster fences the node before it starts the guest on another; the guest answers and serves', `Connect ${node} again and power it on`, `${node} rejoins and the storage is redundant again; no guest ever ran twice`, 'What the other guests felt, and the write gaps of all, are measured'],
    };
  },
  run: async (scenario, { fault, steps: [cut = '', failover = '', connect = '', rejoin = '', felt = ''] }) => {
    const guest = guestOf(scenario.guest);
    const node = fault.target.node ?? '';
    const injected = await scenario.step(cut, async () => scenario.inject(fault));
    const counted = countInstances(scenario.environment.guests.map(({ name }) => name), guest.name, node);
    const fencing = watchFencing(scenario, { node, guest: guest.name, since: injected.at });
    const instances = { ...counted, note: (snapshot: Snapshot) => {
      counted.note(snapshot);
      fencing.note(snapshot);
    } };
    try {
      await scenario.step(failover, async () => followFailover(scenario, { guest, node, loss: 'network', role: fault.target.role, injected, instances }));
      const repairAt = scenario.now();
      // Whether the node stays on is watched for a while; it joins meanwhile.
      await mendWhile(scenario, async () => scenario.step(connect, async () => scenario.mend()), async (following) => scenario.step(rejoin, async () => followReturn(following, node, { faultAt: injected.at, repairAt }, instances)));
      await scenario.step(felt, async () => measureOthers(scenario, guest, injected.at, scenario.now()));
    } finally {
      await fencing.stop();
      // Told last: a node that resets itself says so when it is back.
      scenario.expect(...(await fencing.verdict()));
      const { ok, detail } = counted.verdict();
      scenario.expect('no guest ever runs twice', ok, detail);
    }
  },
});
