/** Number of the OSD that lies on a disk by its id; empty for other disks. */
export const osdOf = (id: string): string => /^osd\.(\d+)$/.exec(id)?.[1] ?? '';

/**
 * What selects the volume that holds an OSD's data. ceph-volume puts `ceph.osd_id` on the volumes of its DB and WAL as well, and these
 * may lie on a disk that other OSDs share. Sources: lvmreport(7), ceph-volume(8).
 */
const blockOf = (osd: string): string => `tags={ceph.osd_id=${osd}} && tags={ceph.type=block}`;

/**
 * Functions of a shell on the OSD `$osd` whose disk is back: `revive` has its volume let go of the disk that is gone and starts its daemon;
 * `refuse` is whoever's who uses it. Sources: lvm(8), ceph-volume(8).
 */
export const revivalFunctions = String.raw`
# A logical volume that lost its disk holds on to what is no longer there, and the OSD on it cannot come back before it is let go.
revive() {
  [ -n "$osd" ] || return 0
  group=$(lvs --noheadings -o vg_name -S "${blockOf('$osd')}" 2>/dev/null | awk 'NF { print $1; exit }')
  if [ -n "$group" ]; then
    systemctl stop "ceph-osd@$osd"
    vgchange -an "$group" >/dev/null && vgchange -ay "$group" >/dev/null || refuse "the volume group $group could not be activated again"
    udevadm settle --timeout=10
  fi
  systemctl reset-failed "ceph-osd@$osd" 2>/dev/null
  systemctl start "ceph-osd@$osd" || refuse "the disk is back, and ceph-osd@$osd does not start: see journalctl -u ceph-osd@$osd"
}
`;

/** An OSD whose disk is back and whose daemon systemd has given up is started; prints how it was. One that runs, or is still tried, is left alone. */
const revivalScript = String.raw`
set -u
osd=$1
refuse() { echo "$1" >&2; exit 3; }
${revivalFunctions}
state=$(systemctl is-active "ceph-osd@$osd")
case $state in
  failed | inactive) revive && echo "$state" ;;
  active | activating | reloading | deactivating) ;;
  *) refuse "systemd does not tell how ceph-osd@$osd is: $state" ;;
esac
`;

/** Words of the command, on the node that has the OSD. */
export function revivalCommand(osd: string): readonly string[] {
  return ['sh', '-c', revivalScript, 'revive-osd', osd];
}

/** Commands by which a person lets an OSD run again whose disk is back; none for other disks. */
export function manualRevival(id: string): string[] {
  const osd = osdOf(id);
  return osd === '' ? [] : [`vgchange -an VG && vgchange -ay VG  # VG: lvs -o vg_name -S '${blockOf(osd)}'`, `systemctl reset-failed ceph-osd@${osd}; systemctl start ceph-osd@${osd}`];
}
