import { mutant } from './mutant.ts';

/** Says that the node was switched off, and leaves it on. Pacemaker hands the action over on standard input. */
const lyingAgent = `mv /usr/sbin/fence_redfish /usr/sbin/fence_redfish.real
cat > /usr/sbin/fence_redfish <<'AGENT'
#!/bin/bash
options=$(cat)
case $options in *action=off*|*action=reboot*) exit 0 ;; esac
exec /usr/sbin/fence_redfish.real "$@" <<< "$options"
AGENT
chmod +x /usr/sbin/fence_redfish`;

mutant({
  row: 'network-partition',
  what: 'fencing device says that it has switched a node off, and has not',
  make: async (lab) => {
    for (const node of ['n1', 'n2', 'n3']) await lab.on(node, 'bash', '-c', lyingAgent);
  },
  unmake: async (lab) => {
    for (const node of ['n1', 'n2', 'n3']) await lab.on(node, 'mv', '/usr/sbin/fence_redfish.real', '/usr/sbin/fence_redfish');
  },
  run: ['--suite', 'network-partition', '--guest', 'web'],
  exitCodes: [1, 2],
  expected: { 'network-partition.web.r1': { verdicts: ['fail', 'inconclusive'], because: /was stopped before web was started|runs twice/ } },
});
