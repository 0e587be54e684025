import { describe, expect, test } from 'vitest';
import { readCephStatus, readCrmMon } from './health.ts';

/** As Pacemaker 2.1.5 prints it, shortened. */
function crmMon(options: { quorum: string; n3: string; web: string }): string {
  return `<pacemaker-result api-version="2.25" request="crm_mon -1 --output-as=xml">
  <summary><current_dc present="true" version="2.1.5" name="n2" id="2" with_quorum="${options.quorum}"/></summary>
  <nodes>
    <node name="n1" id="1" online="true" pending="false" unclean="false"/>
    <node name="n2" id="2" online="true" pending="false" unclean="false"/>
    <node name="n3" id="3" ${options.n3}/>
  </nodes>
  <resources>
    <resource id="dns" role="Started" active="true" failed="false"><node name="n1" id="1" cached="true"/></resource>
    <resource id="web" ${options.web}><node name="n2" id="2" cached="true"/></resource>
  </resources>
</pacemaker-result>`;
}
const whole = { quorum: 'true', n3: 'online="true" pending="false" unclean="false"', web: 'role="Started" active="true" failed="false"' };

describe('what crm_mon says', () => {
  test('a whole cluster', () => {
    expect(readCrmMon(crmMon(whole))).toStrictEqual({ quorate: true, coordinator: 'n2', online: new Set(['n1', 'n2', 'n3']), placement: new Map([['dns', 'n1'], ['web', 'n2']]) });
  });

  test.each([
    ['offline', 'online="false" pending="false" unclean="false"'],
    ['unclean', 'online="true" pending="false" unclean="true"'],
    ['still joining', 'online="true" pending="true" unclean="false"'],
  ])('a node that is %s is not online', (_, n3) => {
    expect([...readCrmMon(crmMon({ ...whole, n3 })).online]).toStrictEqual(['n1', 'n2']);
  });

  test.each([
    ['starting', 'role="Starting" active="true" failed="false"'],
    ['failed', 'role="Started" active="true" failed="true"'],
    ['stopped', 'role="Stopped" active="false" failed="false"'],
  ])('a guest that is %s is nowhere', (_, web) => {
    expect(readCrmMon(crmMon({ ...whole, web })).placement.has('web')).toBe(false);
  });

  test('a cluster without quorum, and no cluster at all', () => {
    expect(readCrmMon(crmMon({ ...whole, quorum: 'false' })).quorate).toBe(false);
    expect(readCrmMon('<pacemaker-result/>')).toStrictEqual({ quorate: false, coordinator: null, online: new Set(), placement: new Map() });
  });
});

describe('what ceph says', () => {
  const status = { health: { status: 'HEALTH_OK', checks: {} }, osdmap: { num_osds: 3, num_up_osds: 3, num_in_osds: 3 }, pgmap: { num_pgs: 9, pgs_by_state: [{ state_name: 'active+clean', count: 9 }] } };

  test('whole', () => {
    expect(readCephStatus(JSON.stringify(status))).toStrictEqual({ healthy: true, detail: 'HEALTH_OK, 3 of 3 disks up, 9 of 9 placement groups whole' });
  });

  test.each([
    ['a warning', { ...status, health: { status: 'HEALTH_WARN', checks: { OSD_DOWN: { summary: { message: '1 osds down' } } } } }, 'HEALTH_WARN (1 osds down)'],
    ['a disk that is down', { ...status, osdmap: { num_osds: 3, num_up_osds: 2, num_in_osds: 3 } }, '2 of 3 disks up'],
    ['groups that are not whole', { ...status, pgmap: { num_pgs: 9, pgs_by_state: [{ state_name: 'active+undersized', count: 9 }] } }, '0 of 9 placement groups whole'],
    ['no groups known yet', { ...status, pgmap: {} }, '0 of 0'],
  ])('not healthy with %s', (_, document, detail) => {
    const read = readCephStatus(JSON.stringify(document));
    expect(read.healthy).toBe(false);
    expect(read.detail).toContain(detail);
  });
});
