import { expect, test } from 'vitest';
import { recorded } from '../../platforms/pacemaker/testing.ts';
import { changeRunState } from './run-state.ts';
import { recordedCluster, scriptedContext } from './testing.ts';

/** A cluster that does what the wish of the resource says. */
function obedient(wish: 'Stopped' | null, clears = true, lingers = 0) {
  let left = lingers;
  let current: string | null = wish;
  const context = scriptedContext((host, command) => {
    if (command.includes('--set-parameter target-role')) current = 'Stopped';
    if (command.includes('--delete-parameter target-role') && clears) current = null;
    if (command.startsWith('crm_mon')) {
      const xml = recorded('crm-mon-idle.xml');
      return current === null ? xml : xml.replace(/(<resource id="web"[^>]*)role="Started"([^>]*)>\s*<node[^>]*>/, '$1role="Stopped" target_role="Stopped"$2>');
    }
    if (command.includes(' list ')) return host === 'n2' && (current === null || left-- > 0) ? 'web\n' : '';
    return recordedCluster('crm-mon-idle.xml')(command) ?? '';
  });
  return context;
}

test('stops by a wish and starts by taking it back', async () => {
  const context = obedient(null);
  expect(await (await changeRunState(context, 'web-guest', 'Stopped')).done).toBeNull();
  expect(await (await changeRunState(context, 'web-guest', 'Started')).done).toBeNull();
  expect(context.asked.filter((line) => line.includes('target-role')).map((line) => line.replace(/^n\d: /, ''))).toEqual([
    'crm_resource --resource web --meta --set-parameter target-role --parameter-value Stopped',
    'crm_resource --resource web --meta --delete-parameter target-role',
  ]);
});

test('is not stopped while a hypervisor still has it', async () => {
  const context = obedient(null, true, 2);
  await (await changeRunState(context, 'web-guest', 'Stopped')).done;
  expect(context.asked.filter((line) => line.startsWith('n2') && line.includes(' list '))).toHaveLength(3);
});

test('changes nothing when it is as wanted', async () => {
  for (const wanted of ['Started', 'Stopped'] as const) {
    const context = obedient(wanted === 'Stopped' ? 'Stopped' : null);
    await (await changeRunState(context, 'web-guest', wanted)).done;
    expect(context.asked.filter((line) => line.includes('target-role'))).toEqual([]);
  }
});

test('says what the guest is when it does not become what was wanted', async () => {
  const operation = await changeRunState(obedient('Stopped', false), 'web-guest', 'Started', { timeoutMs: 700 });
  await expect(operation.done).rejects.toThrow(/did not become started: Stopped on no node/);
});
