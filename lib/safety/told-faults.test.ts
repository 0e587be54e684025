import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tellAfterFaults, tellBeforeFault } from './told-faults.ts';
import type { Teller } from './told-faults.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'told-faults-'));
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const told = (): string[] => (existsSync(join(folder, 'told')) ? readFileSync(join(folder, 'told'), 'utf8').trimEnd().split('\n') : []);
/** Its hooks write down what they are told; afterFault fails while the file `closed` is there. */
function teller(): Teller {
  const write = `echo "$HA_ACCEPTANCE_HOOK_EVENT $HA_ACCEPTANCE_HOOK_SCENARIO" >> ${folder}/told`;
  return { name: 'made', identity: 'SHA256:made', hooks: { beforeFault: ['sh', '-c', write], afterFault: ['sh', '-c', `test ! -e ${folder}/closed && ${write}`] } };
}
const facts = (scenario: string) => ({ run: 'r1', scenario, fault: 'disk-removal', node: 'n1', disk: null });

test('what was told is told to be over once, by its own scenario or by whoever mends after a death', async () => {
  await tellBeforeFault(teller(), facts('one'));
  await tellBeforeFault(teller(), facts('two'));
  const said = vi.fn<(line: string) => void>();
  await tellAfterFaults(teller(), { run: 'r1', scenario: 'two' }, said);
  expect(told().slice(2)).toEqual(['afterFault two']);
  await tellAfterFaults(teller(), null, said);
  await tellAfterFaults(teller(), null, said);
  expect(told().slice(2)).toEqual(['afterFault two', 'afterFault one']);
  expect(said).not.toHaveBeenCalled();
});

test('a notice that cannot be given is said, and given by the next one to mend', async () => {
  await tellBeforeFault(teller(), facts('one'));
  writeFileSync(join(folder, 'closed'), '');
  const said = vi.fn<(line: string) => void>();
  await tellAfterFaults(teller(), null, said);
  expect(said).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/hook afterFault/) as string);
  rmSync(join(folder, 'closed'));
  await tellAfterFaults(teller(), null, said);
  expect(told()).toEqual(['beforeFault one', 'afterFault one']);
});

test('an operator without hooks leaves no note', async () => {
  await tellBeforeFault({ name: 'made', identity: 'SHA256:made' }, facts('one'));
  expect(existsSync(join(folder, 'state'))).toBe(false);
});
