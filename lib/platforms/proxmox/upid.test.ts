import { expect, test } from 'vitest';
import { recordedData } from './testing/recorded.ts';
import { parseUpid } from './upid.ts';

test('a recorded UPID tells node, start, type, guest and user', () => {
  expect(parseUpid(recordedData('hamigrate100'))).toEqual({ text: 'UPID:pve2:00000378:00049B57:6B008DED:hamigrate:100:root@pam:', node: 'pve2', startTime: 1795198445, type: 'hamigrate', id: '100', user: 'root@pam' });
});

test.each(['UPID:n-1:00000378:123456789:6B008DED:startall::root@pam!lab:', 'UPID:pve1:000000FC:0005765A:6B00901D:qmpause:100:root@pam!lab:'])('%s is one', (text) => {
  expect(parseUpid(text)?.text).toBe(text);
});

test.each([recordedData('vzdump-vm-on-other-node'), null, '', 'UPID:foo', 'UPID:pve1:0378:00049B57:6B008DED:hamigrate:100:root@pam:', 'UPID:pve2:00000378:00049B57:6B008DED:hamigrate:100:root@pam', 'x UPID:pve2:00000378:00049B57:6B008DED:hamigrate:100:root@pam:'])('%j is none', (text) => {
  expect(parseUpid(text)).toBeNull();
});
