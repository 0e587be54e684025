import { expect, test } from 'vitest';
import { readTrace } from './points.ts';

const mirror = '/tmp/c/state/ha-acceptance/clusters/75da/open/1.json';
const work = [
  `mkdir("/tmp/c/state/ha-acceptance/clusters/75da/open", 0700) = -1 EEXIST (File exists)`,
  `openat(AT_FDCWD</>, "${mirror}.7.tmp", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0600) = 22<${mirror}.7.tmp>`,
  `writev(22<${mirror}.7.tmp>, [{iov_base="{", iov_len=1}], 1) = 1`,
  `close(22<${mirror}.7.tmp>) = 0`,
  `openat(AT_FDCWD</>, "/proc/loadavg", O_RDONLY|O_CLOEXEC) = 22</proc/loadavg>`,
  'write(6<pipe:[1]>, "*", 1) = 1',
  'clone(child_stack=NULL, flags=SIGCHLD) = 9',
  'write(6<pipe:[1]>, "*", 1) = 1',
  'close(27<pipe:[2]>) = 0',
  'close(26<pipe:[2]>) = 0',
  'wait4(9, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], WNOHANG, NULL) = 9',
];

test('points are the calls that change something, numbered by name and in order', () => {
  const { finished, passed, at } = readTrace([...work, 'write(1<pipe:[3]>, "end-of-stretch\\n", 15) = 15', 'exit_group(0) = ?', '+++ exited with 0 +++'].join('\n'));
  expect([finished, at]).toEqual([true, null]);
  expect(passed).toEqual([
    { kind: 'undo mirror', call: 'openat', ordinal: 1, step: 0 },
    { kind: 'undo mirror', call: 'writev', ordinal: 1, step: 1 },
    { kind: 'call of a hand', call: 'clone', ordinal: 1, step: 2 },
    { kind: 'while a hand works', call: 'close', ordinal: 2, step: 3 },
    { kind: 'a hand has ended', call: 'wait4', ordinal: 1, step: 4 },
  ]);
});

test('the call that was not carried out is where it died', () => {
  const { finished, passed, at } = readTrace([...work, `unlink("${mirror}") = ?`, '+++ killed by SIGKILL +++'].join('\n'));
  expect(finished).toBe(false);
  expect(passed).toHaveLength(5);
  expect(at).toEqual({ kind: 'undo mirror', call: 'unlink', ordinal: 1, step: 5 });
});

test('a death before a call that changes nothing is at no point', () => {
  const { at, last } = readTrace([...work, 'openat(AT_FDCWD</>, "/etc/passwd", O_RDONLY|O_CLOEXEC) = ?'].join('\n'));
  expect(at).toBeNull();
  expect(last).toContain('/etc/passwd');
});

test('a call that was made to fail counts as passed and is told', () => {
  const { injected, passed } = readTrace([...work, `fsync(22<${mirror}.7.tmp>) = -1 EIO (Input/output error) (INJECTED)`].join('\n'));
  expect(injected).toBe(true);
  expect(passed.at(-1)).toEqual({ kind: 'undo mirror', call: 'fsync', ordinal: 1, step: 5 });
  expect(readTrace(work.join('\n')).injected).toBe(false);
});
