import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { PowerHand } from '../environment/environment.ts';
import type { HandLog } from './hand-log.ts';
import { fenceAgentControl } from './fence-agent-hand.ts';
import { nodePowerFault, powerOn } from './power.ts';
import { isDoubtfulLogin } from './refused-login.ts';
import { contextOf, environmentOf, secretOf } from './testing/world.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const signal = AbortSignal.timeout(60_000);

/**
 * An agent invented after ClusterLabs' FenceAgentAPI: options on standard input, `Status: ON|OFF` with status 0 or 2, and status 2 as
 * well for options that are wrong. `list`: its plugs, where it has any. `failing`: what it says, with status 1, whatever it is asked.
 */
function inventedAgent(list: string | null = null, failing = ''): { agent: string; power: () => string; orders: () => string } {
  const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-fence-'));
  folders.push(folder);
  const agent = join(folder, 'fence_invented');
  writeFileSync(join(folder, 'power'), 'ON');
  writeFileSync(agent, `#!/bin/sh
cd "$(dirname "$0")"
orders=$(cat)
action=$(printf '%s\\n' "$orders" | sed -n 's/^action=//p')
[ "$action" = metadata ] && { echo '<resource-agent><actions><action name="on"/><action name="status"/>${list === null ? '' : '<action name="list"/>'}</actions></resource-agent>'; exit 0; }
printf '%s\\n--\\n' "$orders" >> orders
${failing === '' ? '' : `echo '${failing}' >&2; exit 1`}
printf '%s\\n' "$orders" | grep -qx 'password=not-a-real-password' || { echo 'Failed: wrong password' >&2; exit 2; }
case $action in
  off) printf OFF > power; echo "Success: Powered OFF" ;;
  on) printf ON > power; echo "Success: Powered ON" ;;
  list) printf '${list ?? ''}' ;;
  status) echo "Status: $(cat power)"; [ "$(cat power)" = ON ] || exit 2 ;;
esac
`);
  chmodSync(agent, 0o755);
  return { agent, power: () => readFileSync(join(folder, 'power'), 'utf8'), orders: () => readFileSync(join(folder, 'orders'), 'utf8') };
}

function handOf(agent: string, options: Record<string, string> = {}, password = 'not-a-real-password'): Extract<PowerHand, { hand: 'fence-agent' }> {
  return { hand: 'fence-agent', agent, options: { ip: '192.0.2.21', password: secretOf(password, 'env:FENCE'), ...options } };
}

function worldOf(power: PowerHand): ReturnType<typeof contextOf> {
  return contextOf(environmentOf([{ name: 'n1', address: '192.0.2.11', disks: [], power }]));
}

describe('the power of a node through a fence agent', () => {
  it('is cut, confirmed and given back from the data alone', async () => {
    const { agent, power, orders } = inventedAgent();
    const context = worldOf(handOf(agent));
    const fault = nodePowerFault(context.environment, 'n1', 'worker');
    expect([fault.byProcess, await fault.confirmed(context)]).toEqual([true, false]);
    await fault.apply(context);
    expect([power(), await fault.confirmed(context), await powerOn.verify(fault.undo, context)]).toEqual(['OFF', true, false]);
    await powerOn.revert(JSON.parse(JSON.stringify(fault.undo)) as typeof fault.undo, context);
    await powerOn.revert(fault.undo, context);
    expect([power(), await powerOn.verify(fault.undo, context)]).toEqual(['ON', true]);
    expect(orders().split('--\n').filter((order) => /action=o(?:n|ff)/.test(order))).toEqual([expect.stringContaining('action=off'), expect.stringContaining('action=on')]);
  });

  it('does not take an agent that was asked wrongly for a node without power: both end with status 2', async () => {
    const { agent } = inventedAgent();
    await expect(fenceAgentControl(handOf(agent, {}, 'wrong'), 'n1').read(signal)).rejects.toThrow('does not tell the power state (status 2): Failed: wrong password');
  });

  it('is put on record before it begins, and no secret stands there or on a command line', async () => {
    const { agent, power } = inventedAgent();
    const begun: string[] = [];
    const hands: HandLog = { id: 'entry', optional: false, begin: (_process, words) => {
      begun.push(`${words} while ${power()}`);
      return () => begun.push('ended');
    } };
    await fenceAgentControl(handOf(agent), 'n1').off(signal, hands);
    expect(begun).toEqual([`${agent} while ON`, 'ended']);
  });

  it('may have had its login refused, when it says that it could not connect or log in: in one word, whichever it was', async () => {
    const { agent } = inventedAgent(null, 'Unable to connect/login to fencing device');
    await expect(fenceAgentControl(handOf(agent), 'n1').read(signal)).rejects.toSatisfy(isDoubtfulLogin);
    await expect(fenceAgentControl(handOf(agent), 'n1').off(signal)).rejects.toSatisfy(isDoubtfulLogin);
    await expect(fenceAgentControl(handOf(inventedAgent().agent, {}, 'wrong'), 'n1').read(signal)).rejects.not.toSatisfy(isDoubtfulLogin);
  });

  it('is not switched when that cannot be put on record', async () => {
    const { agent, power } = inventedAgent();
    const hands: HandLog = { id: 'entry', optional: false, begin: () => {
      throw new Error('disk full');
    } };
    await expect(fenceAgentControl(handOf(agent), 'n1').off(signal, hands)).rejects.toThrow('disk full');
    expect(power()).toBe('ON');
  });

  it('says that a switch failed, in the words of the agent', async () => {
    const { agent } = inventedAgent();
    await expect(fenceAgentControl(handOf(agent, {}, 'wrong'), 'n1').off(signal)).rejects.toThrow('(action off)" ended with status 2: Failed: wrong password');
  });

  it('says that the agent is not installed', async () => {
    await expect(fenceAgentControl(handOf('/nowhere/fence_nothing'), 'n1').read(signal)).rejects.toThrow('there is no program "/nowhere/fence_nothing"');
  });

  it('gives the command by which a person does it, with the reference in the place of the secret', () => {
    const text = fenceAgentControl(handOf('fence_ipmilan', { plug: "it's" }), 'n1').manualOn().join('\n');
    expect(text).toContain('env:FENCE');
    expect(text).toContain(`printf '%s\\n' ip=192.0.2.21 "password=$FENCE_PASSWORD" 'plug=it'\\''s' action=on | fence_ipmilan`);
    expect(text).not.toContain('not-a-real-password');
  });
});

describe('the machine behind a fence agent', () => {
  it.each([
    ['the alias of an outlet', '1,n9\\n2,n1\\n', { plug: '2' }, 'n1'],
    ['the name of a virtual machine', 'n1,\\nn2,\\n', { plug: 'n1' }, 'n1'],
    ['the name, where the plug is a UUID', 'n1,4c4c4544\\n', { plug: 'n1' }, '4c4c4544'],
    ['that of both plugs of a machine with two supplies', '1,n1\\n2,n1\\n3,n2\\n', { plug: '1,2' }, 'n1'],
    ['told with another separator', '1;n9\\n2;n1\\n', { plug: '2', separator: ';' }, 'n1'],
    ['nothing, where the outlet has no name', '1,\\n2,\\n', { port: '2' }, null],
  ] as const)('is %s', async (_what, list, options, hostName) => {
    const { agent } = inventedAgent(list);
    expect(await fenceAgentControl(handOf(agent, options), 'n1').machine?.(signal)).toEqual({ hostName, uuid: null, serials: [] });
  });

  it('cannot be known where the agent lists nothing, or has one machine only', async () => {
    expect(await fenceAgentControl(handOf(inventedAgent().agent, { plug: '1' }), 'n1').machine?.(signal)).toBeNull();
    expect(await fenceAgentControl(handOf(inventedAgent('1,n1').agent), 'n1').machine?.(signal)).toBeNull();
    expect(await fenceAgentControl(handOf(inventedAgent('NOTICE: List option is not working on this device yet\\n').agent, { plug: '1' }), 'n1').machine?.(signal)).toBeNull();
  });

  it('is not one when the plugs belong to two', async () => {
    const { agent } = inventedAgent('1,n1\\n2,n2\\n');
    await expect(fenceAgentControl(handOf(agent, { plug: '1,2' }), 'n1').machine?.(signal)).rejects.toThrow('belong to different machines: n1, n2');
  });

  it('is missed when the device has no such plug', async () => {
    const { agent } = inventedAgent('1,n1\\n2,n2\\n');
    await expect(fenceAgentControl(handOf(agent, { plug: '7' }), 'n1').machine?.(signal)).rejects.toThrow('knows no plug "7"; it lists 1 (n1), 2 (n2)');
  });
});
