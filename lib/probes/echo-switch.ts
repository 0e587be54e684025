import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * The truth of the tests, inside the guest's network namespace: lets the kernel ignore echo requests for a while and says when
 * (CLOCK_MONOTONIC around each write), and how many requests came and were answered by the kernel's own count.
 * One command a line on standard input: a number of ms to be silent for, or `count`. One line of JSON answers.
 */
const ignore = ['/proc/sys/net/ipv4/icmp_echo_ignore_all', '/proc/sys/net/ipv6/icmp/echo_ignore_all'];
const now = (): number => Number(process.hrtime.bigint());

function write(value: '0' | '1'): { beforeNs: number; afterNs: number } {
  const beforeNs = now();
  for (const file of ignore) writeFileSync(file, value);
  return { beforeNs, afterNs: now() };
}

/** Echo requests received and answered since the namespace was made, over both families. */
function count(): { received: number; answered: number } {
  const [names = [], values = []] = readFileSync('/proc/net/snmp', 'utf8').split('\n').filter((line) => line.startsWith('Icmp:')).map((line) => line.split(' '));
  const valueOf = (name: string): number => Number(values[names.indexOf(name)]);
  const valueOf6 = (name: string): number => Number(new RegExp(`^${name}\\s+(\\d+)$`, 'm').exec(readFileSync('/proc/net/snmp6', 'utf8'))?.[1]);
  return { received: valueOf('InEchos') + valueOf6('Icmp6InEchos'), answered: valueOf('OutEchoReps') + valueOf6('Icmp6OutEchoReplies') };
}

for await (const command of createInterface({ input: process.stdin })) {
  if (command === 'count') process.stdout.write(`${JSON.stringify(count())}\n`);
  else {
    const off = write('1');
    await delay(Number(command));
    const on = write('0');
    process.stdout.write(`${JSON.stringify({ leastMs: (on.beforeNs - off.afterNs) / 1e6, mostMs: (on.afterNs - off.beforeNs) / 1e6, offNs: off.beforeNs })}\n`);
  }
}
