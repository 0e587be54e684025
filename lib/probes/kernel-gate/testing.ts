import { execFileSync } from 'node:child_process';
import { openKernelGate, prepareTargets } from './gate.ts';

/** A process for the gate's test, in a network namespace of its own: pings the second of two targets through one window, over the family that the argument says, and prints what both saw. */
const family = process.argv[2] === '6' ? 6 : 4;
prepareTargets(family);
const gate = openKernelGate({ targets: 2, windows: 2, slotNs: 400e6, logged: 5 });
const epochNs = gate.begin(100e6, (_, slot) => ({ atNs: 100e6, lengthNs: slot === 0 ? 150e6 : 0 }));
const lines = execFileSync('ping', ['-n', '-D', '-i', '0.01', '-c', '70', '-W', '0.3', gate.address(1, family)], { encoding: 'utf8' }).split('\n');
execFileSync('ping', ['-n', '-q', '-i', '0.01', '-c', '9', gate.address(0, family)]);
const [, received = '0'] = / (\d+) received/.exec(lines.join('\n')) ?? [];
process.stdout.write(JSON.stringify({ where: gate.where, epochNs, received: Number(received), windows: gate.windows(), arrivals: [...gate.arrivals()], endNs: Number(process.hrtime.bigint()) }));
gate.close();
