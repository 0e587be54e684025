import { dnsNames, poolName, type LabGuest } from '../topology.ts';
import { xml } from './cib.ts';

/** Id of libvirt's secret that holds the Ceph key. */
export const cephSecretId = '00000000-0000-4000-8000-0000000000ce';
export type Accelerator = 'kvm' | 'tcg';

/** libvirtd.conf. Each host has an id of its own: on one machine the DMI id is the same, and libvirt refuses to migrate to "itself". */
export function libvirtdConf(hostId: string): string {
  return `auth_unix_rw = "none"\nauth_unix_ro = "none"\nunix_sock_group = "root"\nhost_uuid = "${hostId}"\n`;
}

/** qemu.conf: what needs systemd or cgroups is off, because a node has neither. */
export function qemuConf(): string {
  return 'user = "root"\ngroup = "root"\nsecurity_driver = "none"\ncgroup_controllers = [ ]\nnamespaces = [ ]\nstdio_handler = "file"\nremember_owner = 0\nmigration_address = "0.0.0.0"\n';
}

export function cephSecretXml(): string {
  return `<secret ephemeral='no' private='no'>\n <uuid>${cephSecretId}</uuid>\n <usage type='ceph'><name>${poolName}</name></usage>\n</secret>\n`;
}

/** Arguments of the guest's kernel. What comes before lab.* saves seconds of boot time under TCG. */
function kernelArguments(guest: LabGuest): string {
  const names = dnsNames.map((entry) => `${entry.name}/${entry.address}`).join(',');
  return 'console=ttyS0 quiet nokaslr mitigations=off nopti tsc=reliable no_timer_check random.trust_cpu=on 8250.nr_uarts=1 cryptomgr.notests '
    + `rcupdate.rcu_expedited=1 reboot=t panic=1 lab.ip=${guest.address} lab.name=${guest.name} lab.role=${guest.role} lab.names=${names}`;
}

/** Domain XML of a guest. VirtualDomain reads the name from a line of its own. */
export function domainXml(guest: LabGuest, accelerator: Accelerator): string {
  const cpu = accelerator === 'kvm'
    ? "<cpu mode='host-passthrough' check='none' migratable='on'/>"
    : "<cpu mode='custom' match='exact' check='none'><model fallback='forbid'>qemu64</model><feature policy='require' name='rdrand'/></cpu>";
  const features = accelerator === 'kvm' ? '<acpi/>' : "<acpi/><tcg><tb-cache unit='MiB'>64</tb-cache></tcg>";
  return `<domain type='${accelerator === 'kvm' ? 'kvm' : 'qemu'}'>
 <name>${guest.name}</name>
 <uuid>${guest.uuid}</uuid>
 <memory unit='MiB'>128</memory>
 <vcpu>1</vcpu>
 <os>
  <type arch='x86_64' machine='q35'>hvm</type>
  <kernel>/opt/lab/vmlinux</kernel>
  <initrd>/opt/lab/initrd</initrd>
  <cmdline>${xml(kernelArguments(guest))}</cmdline>
 </os>
 <features>${features}</features>
 ${cpu}
 <clock offset='utc'/>
 <on_poweroff>destroy</on_poweroff>
 <on_reboot>restart</on_reboot>
 <on_crash>destroy</on_crash>
 <devices>
  <emulator>/usr/bin/qemu-system-x86_64</emulator>
  <disk type='network' device='disk'>
   <driver name='qemu' type='raw' cache='none'/>
   <auth username='libvirt'><secret type='ceph' uuid='${cephSecretId}'/></auth>
   <source protocol='rbd' name='${poolName}/${guest.name}'><config file='/etc/ceph/ceph.conf'/></source>
   <target dev='vda' bus='virtio'/>
   <address type='pci' domain='0' bus='0' slot='3' function='0'/>
  </disk>
  <interface type='bridge'>
   <mac address='${guest.mac}'/>
   <source bridge='vmbr0'/>
   <model type='virtio'/>
   <rom enabled='no'/>
   <address type='pci' domain='0' bus='0' slot='4' function='0'/>
  </interface>
  <serial type='file'><source path='/var/log/libvirt/qemu/${guest.name}.serial' append='on'/></serial>
  <controller type='usb' model='none'/>
  <memballoon model='none'/>
  <video><model type='none'/></video>
 </devices>
</domain>
`;
}
