import { clusterName, type LabNode } from '../topology.ts';

/**
 * corosync.conf: knet with encryption; `token` is the time after which a silent node is taken for lost, ms.
 * Quorum is by corosync's defaults. That all nodes are waited for at the first start is the boot script's work: corosync's own
 * `wait_for_all` also holds when quorum was lost, and two nodes of three would then wait for the third.
 */
export function corosyncConf(nodes: readonly LabNode[]): string {
  const members = nodes.map((node) => ` node {\n  ring0_addr: ${node.address}\n  name: ${node.name}\n  nodeid: ${node.index}\n }`).join('\n');
  return `totem {
 version: 2
 cluster_name: ${clusterName}
 transport: knet
 crypto_cipher: aes256
 crypto_hash: sha256
 keyfile: /etc/corosync/authkey
 token: 1000
}
nodelist {
${members}
}
quorum {
 provider: corosync_votequorum
}
system {
 sched_rr: no
 move_to_root_cgroup: no
}
logging {
 to_logfile: yes
 logfile: /var/log/corosync/corosync.log
 to_syslog: no
 timestamp: hires
}
`;
}
