import { bmcUser, clusterName, type LabGuest, type LabNode } from '../topology.ts';

/** Attribute of an element, or text of it, escaped. */
export function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function pairs(prefix: string, values: Record<string, string>): string {
  return Object.entries(values).map(([name, value]) => `<nvpair id="${prefix}-${name}" name="${name}" value="${xml(value)}"/>`).join('');
}

function operation(resource: string, name: string, intervalS: number, timeoutS: number): string {
  return `<op id="${resource}-${name}" name="${name}" interval="${intervalS}s" timeout="${timeoutS}s"/>`;
}

function fence(node: LabNode, password: string): string {
  const id = `fence-${node.name}`;
  const attributes = {
    ip: node.bmcAddress, ipport: '443', username: bmcUser, password, ssl_secure: '1', systems_uri: '/redfish/v1/Systems/1',
    pcmk_host_list: node.name, pcmk_host_check: 'static-list',
  };
  return `<primitive id="${id}" class="stonith" type="fence_redfish"><instance_attributes id="${id}-attributes">${pairs(id, attributes)}</instance_attributes>`
    + `<operations>${operation(id, 'monitor', 300, 60)}${operation(id, 'start', 0, 60)}</operations></primitive>`;
}

function virtualDomain(guest: LabGuest): string {
  const attributes = {
    config: `/etc/lab/${guest.name}.xml`, hypervisor: 'qemu:///system', migration_transport: 'ssh',
    // Otherwise the agent writes to the CIB at each start, which aborts the transition that is under way.
    autoset_utilization_cpu: 'false', autoset_utilization_hv_memory: 'false', autoset_utilization_host_memory: 'false',
  };
  const operations = [['monitor', 10, 30], ['start', 0, 90], ['stop', 0, 90], ['migrate_to', 0, 120], ['migrate_from', 0, 60]] as const;
  return `<primitive id="${guest.name}" class="ocf" provider="heartbeat" type="VirtualDomain"><instance_attributes id="${guest.name}-attributes">${pairs(guest.name, attributes)}</instance_attributes>`
    + `<meta_attributes id="${guest.name}-meta"><nvpair id="${guest.name}-migrate" name="allow-migrate" value="true"/></meta_attributes>`
    + `<operations>${operations.map(([name, interval, timeout]) => operation(guest.name, name, interval, timeout)).join('')}</operations></primitive>`;
}

/**
 * The first CIB of the cluster. Its feature set must not be newer than the installed Pacemaker (bookworm: 2.1.5).
 * dc-deadtime: the default of 20 s would be waited for at every cold start. load-threshold and node-action-limit: all nodes share
 * the processors of one machine, and Pacemaker would take the others' work for a reason to start one thing at a time.
 */
export function firstCib(nodes: readonly LabNode[], guests: readonly LabGuest[], bmcPassword: string): string {
  const properties = {
    'stonith-enabled': 'true', 'stonith-action': 'off', 'stonith-timeout': '30s', 'startup-fencing': 'true',
    'dc-deadtime': '1s', 'cluster-name': clusterName, 'no-quorum-policy': 'stop',
    'load-threshold': '1000%', 'node-action-limit': '8',
  };
  return `<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.7" epoch="1" num_updates="0" admin_epoch="1">
 <configuration>
  <crm_config><cluster_property_set id="options">${pairs('options', properties)}</cluster_property_set></crm_config>
  <nodes/>
  <resources>
   ${[...nodes.map((node) => fence(node, bmcPassword)), ...guests.map(virtualDomain)].join('\n   ')}
  </resources>
  <constraints/>
  <rsc_defaults><meta_attributes id="defaults"><nvpair id="defaults-stickiness" name="resource-stickiness" value="100"/></meta_attributes></rsc_defaults>
 </configuration>
 <status/>
</cib>
`;
}
