import { expect, test } from 'vitest';
import { leavesUnknown, refusedBy } from './refusal.ts';
import { recordedAnswer } from './testing/recorded.ts';

function refusal(name: string, changes: { reason?: string; body?: string } = {}) {
  const { method, path, status, reason, body } = recordedAnswer(name);
  return refusedBy({ asked: `${method} ${path}`, endpoint: 'pve1', node: /^\/nodes\/([^/]+)/.exec(path)?.[1], status, reason, body, ...changes });
}

test.each([
  ['ticket-garbage-401', 'authentication', 'invalid PVE ticket'],
  ['token-bad-401', 'authentication', 'invalid token value!'],
  ['token-malformed-401', 'authentication', 'user@realm!name=secret'],
  ['login-badpw-401', 'authentication', 'authentication failure'],
  ['post-no-csrf-401', 'authentication', 'invalid csrf token'],
  ['token-privsep-noacl-nodestatus-403', 'permission', '(/nodes/pve1, Sys.Audit)'],
  ['user-403-nodecmd', 'permission', 'Sys.PowerMgmt'],
  ['err-param', 'parameters', "vmid: type check ('integer') failed"],
  ['bool-true-form', 'parameters', "got 'true'"],
  ['migrate-to-self', 'parameters', 'target: target is local node.'],
  ['err-unknown-path', 'not-implemented', "Method 'GET /nosuch' not implemented"],
  ['delete-with-body', 'not-implemented', "Unexpected content for method 'DELETE'"],
  ['err-unknown-node', 'unknown-node', "hostname lookup 'nosuch' failed"],
  ['migrate-nosuchnode', 'unknown-node', 'pvecm nodes'],
  ['vm100-after-migrate-oldnode', 'guest-not-here', 'has moved'],
  ['migrate-wrong-source', 'guest-not-here', 'has moved'],
  ['noquorum-vm-create', 'no-quorum', 'not in the majority'],
  ['noquorum-options-write', 'no-quorum', 'no quorum!'],
  ['restored-agent-ping-1', 'agent-silent', 'guest agent is not running'],
  ['ha-groups-pve9', 'replaced', '/cluster/ha/rules'],
  ['ceph-from-node-without-binaries', 'not-installed', 'Ask a node that has it'],
  ['zfs-list', 'not-installed', 'Ask a node that has it'],
  ['migrate-no-online', 'refused', "can't migrate running VM without --online"],
  ['agent-exec-badpid', 'refused', 'PID ld does not exist'],
  ['deadnode-status-t1', 'node-unreachable', 'pve1 answers and cannot reach pve3'],
  ['deadnode-nolink-t1', 'node-unreachable', 'No route to host'],
  ['hung-pveproxy-596', 'node-silent', 'got no answer for pve3'],
  ['hung-pvedaemon-protected', 'node-silent', 'may still be carried out'],
])('%s is told as %s, in its own words', (name, kind, words) => {
  const error = refusal(name);
  expect(error).toMatchObject({ kind, endpoint: 'pve1', status: recordedAnswer(name).status });
  expect(error.message).toContain(words);
});

test('the error text comes from the reason phrase where the body is empty, as before PVE 8.4', () => {
  const error = refusal('vm100-after-migrate-oldnode', { body: '{"data":null}' });
  expect(error.kind).toBe('guest-not-here');
  expect(error.message).toContain("Configuration file 'nodes/pve1/qemu-server/100.conf' does not exist");
});

test('the error text comes from the body where a proxy dropped the reason phrase', () => {
  expect(refusal('noquorum-vm-create', { reason: '' }).kind).toBe('no-quorum');
});

test('a 596 about the certificate of another node is not blamed on our connection', () => {
  const error = refusal('hung-pveproxy-596', { reason: 'Connection error: certificate verify failed' });
  expect(error.kind).toBe('node-certificate');
  expect(error.message).toContain('pvecm updatecerts');
});

// Documented wording (qemu-server, lib/PVE/QemuConfig and API2): not recorded.
test.each([['VM is locked (backup)', 'locked'], ['VM 100 is not running', 'guest-off'], ['VM 100 not running', 'guest-off'], ["VM 100 qmp command 'guest-ping' failed - got timeout", 'agent-silent'], ["VM 100 qmp command 'query-status' failed - got timeout", 'refused'], ['No QEMU guest agent configured', 'agent-missing']])('"%s" is %s', (reason, kind) => {
  expect(refusedBy({ asked: 'POST /x', endpoint: 'pve1', node: undefined, status: 500, reason, body: '' }).kind).toBe(kind);
});

test.each([[595, 'Connection refused', false], [595, 'No route to host', false], [596, 'Connection timed out', true], [596, 'certificate verify failed', false], [599, 'Too many redirections', true], [504, 'Gateway Time-out', true], [500, 'no such cluster node', false], [400, 'Parameter verification failed.', false], [401, 'invalid csrf token', false]])('after %d "%s" it may have been carried out: %s', (status, reason, unknown) => {
  expect(leavesUnknown(status, reason)).toBe(unknown);
});
