import { describe, expect, test } from 'vitest';
import { recorded } from '../../platforms/pacemaker/testing.ts';
import { setDrained, shutDownNode } from './node-service.ts';
import { recordedCluster, broken, scriptedContext, type Answer } from './testing.ts';

/** A cluster that does what it is told about standby, unless it is stubborn. */
function cluster({ standby = false, stubborn = false, shutDown = '' }: { standby?: boolean; stubborn?: boolean; shutDown?: Answer } = {}) {
  let current = standby;
  return scriptedContext((_, command) => {
    if (command.startsWith('shutdown')) return shutDown;
    if (command.startsWith('crm_standby')) {
      if (!stubborn) current = command.includes('--update on');
      return '';
    }
    if (command.startsWith('crm_mon')) return current ? recorded('crm-mon-idle.xml').replace(/(<node name="n2"[^>]*)standby="false"/, '$1standby="true"') : recorded('crm-mon-idle.xml');
    return recordedCluster('crm-mon-idle.xml')(command) ?? '';
  });
}

const changes = (asked: readonly string[]): string[] => asked.flatMap((line) => (line.includes('crm_standby') || line.includes('shutdown') ? [line.replace(/^n\d: (?=crm)/, '')] : []));

describe('a drain', () => {
  test('is asked for once, waited for, and taken back without a trace', async () => {
    const context = cluster();
    await setDrained(context, 'n2', true);
    await setDrained(context, 'n2', false);
    expect(changes(context.asked)).toEqual(['crm_standby --node n2 --update on', 'crm_standby --node n2 --delete']);
    expect(context.asked.at(-1)).toMatch(/crmadmin/);
  });

  test.each([true, false])('that is %s already changes nothing', async (standby) => {
    const context = cluster({ standby });
    await setDrained(context, 'n2', standby);
    expect(changes(context.asked)).toEqual([]);
  });

  test('that does not come is no success', async () => {
    await expect(setDrained(cluster({ stubborn: true }), 'n2', true, { timeoutMs: 700 })).rejects.toThrow('The drain of n2 did not end within 0.7 s.');
  });

  test('of a node that nobody knows is refused', async () => {
    await expect(setDrained(cluster(), 'n9', true)).rejects.toThrow('knows no node "n9"');
  });
});

describe('a clean shutdown', () => {
  test('is asked of the node itself', async () => {
    const context = cluster();
    await shutDownNode(context, 'n3');
    expect(changes(context.asked)).toEqual(['n3: shutdown -h now']);
  });

  test('may break the connection', async () => {
    await expect(shutDownNode(cluster({ shutDown: broken }), 'n3')).resolves.toBeUndefined();
  });

  test('that is refused says by whom and what to do', async () => {
    await expect(shutDownNode(cluster({ shutDown: { code: 1, stderr: 'must be superuser' } }), 'n3')).rejects.toThrow(/n3 does not shut down: .*must be superuser/);
  });
});
