import { expect, test } from 'vitest';
import { recorded } from '../../platforms/pacemaker/testing.ts';
import { clearFailures } from './failures.ts';
import { clearPlacement } from './placement.ts';
import { broken, recordedCluster, scriptedContext, type Answer } from './testing.ts';

const constraint = '<constraints><rsc_location id="cli-prefer-web" rsc="web" node="n3" score="INFINITY"/><rsc_location id="web-likes-n1" rsc="web" node="n1" score="10"/></constraints>';

function constrained(onClear: Answer, works = true) {
  let inForce = true;
  return scriptedContext((_host, command) => {
    if (command.startsWith('cibadmin') && inForce) return recorded('cib.xml').replace('<constraints/>', constraint);
    if (command.includes('--clear')) {
      inForce = !works;
      return onClear;
    }
    return recordedCluster('crm-mon-idle.xml')(command) ?? '';
  });
}

const clears = (context: { asked: string[] }): string[] => context.asked.filter((line) => line.includes('--clear') || line.includes('--cleanup'));

test('takes the request of a move back, and nothing when there is none', async () => {
  const context = constrained('');
  await clearPlacement(context, 'web-guest');
  await clearPlacement(context, 'web-guest');
  await clearPlacement(context, 'dns-guest');
  expect(clears(context)).toHaveLength(1);
  const nothing = scriptedContext((_host, command) => recordedCluster('crm-mon-idle.xml')(command) ?? '');
  await clearPlacement(nothing, 'web-guest');
  expect(nothing.asked).toEqual(['n1: cibadmin --query --scope configuration']);
});

test('a connection that broke counts by what is there afterwards', async () => {
  const context = constrained(broken);
  await clearPlacement(context, 'web-guest');
  expect(clears(context)).toHaveLength(1);
});

test('names what stays and the command by which a person removes it', async () => {
  const context = constrained({ code: 1, stderr: 'not allowed' }, false);
  await expect(clearPlacement(context, 'web-guest', { timeoutMs: 300 })).rejects.toThrow(/cli-prefer-web could not be removed.*not allowed.*crm_resource --resource web --clear/s);
});

test('clears failures of the resources that have some, and asks nothing else', async () => {
  let failing = true;
  const context = scriptedContext((_host, command) => {
    if (command.includes('--cleanup')) failing = false;
    if (command.startsWith('crm_mon') && failing) return recorded('crm-mon-idle.xml').replace('<status code="0"', '<failures><failure op_key="web_monitor_10000" node="n2" exitstatus="not running"/></failures><status code="0"');
    return recordedCluster('crm-mon-idle.xml')(command) ?? '';
  });
  await clearFailures(context);
  await clearFailures(context);
  expect(clears(context).map((line) => line.slice(4))).toEqual(['crm_resource --resource web --cleanup']);
});
