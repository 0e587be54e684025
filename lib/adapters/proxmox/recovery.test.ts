import { describe, expect, test } from 'vitest';
import { clusterStatus } from '../../platforms/proxmox/requests/cluster.ts';
import { guestNow } from '../../platforms/proxmox/requests/guests.ts';
import { haCurrent } from '../../platforms/proxmox/requests/ha.ts';
import { replay } from '../../platforms/proxmox/testing/replay.ts';
import type { Replay } from '../../platforms/proxmox/testing/replay.ts';
import type { StandInAnswer } from '../../platforms/proxmox/testing/stand-in.ts';
import { readTimeline } from '../../platforms/proxmox/testing/timeline.ts';
import { expectedRecovery } from './expected-recovery.ts';
import { standingOf } from './recovery.ts';
import type { Sighting, Standing } from './recovery.ts';

const data = (answer: StandInAnswer): unknown => ('data' in answer ? answer.data : null);

/** What an observer would have read at a second of a recorded course, from a node that stays alive. */
function sightingAt(played: Replay, second: number, endpoint: string): Sighting {
  const ask = (call: string, node = endpoint) => played.answer({ call, node, endpoint, sent: '', values: { vmid: '100' }, given: [], user: '' }, second);
  const ha = haCurrent().answer.parse(data(ask('GET /cluster/ha/status/current')));
  const named = ha.services[0]?.node ?? '';
  const now = ask('GET /nodes/{node}/qemu/{vmid}/status/current', named);
  return {
    atMs: second * 1000,
    membership: clusterStatus().answer.parse(data(ask('GET /cluster/status'))),
    ha,
    guest: 'data' in now ? guestNow(named, 'vm', '100').answer.parse(now.data) : null,
  };
}

interface Course {
  file: string;
  from: string;
  watcher: string;
  /** Node power or link lost at the mark, not by an orderly shutdown. */
  sudden: boolean;
  to: string;
  /** Second of the timeline by which HA had it confirmed that the guest runs. */
  confirmedS: number;
  endS: number;
}

const courses: Course[] = [
  { file: 'timeline-poweroff.txt', from: 'pve3', watcher: 'pve1', sudden: true, to: 'pve1', confirmedS: 140.5, endS: 300 },
  { file: 'timeline-linkcut.txt', from: 'pve1', watcher: 'pve2', sudden: true, to: 'pve2', confirmedS: 241.4, endS: 300 },
  { file: 'timeline-shutdown.txt', from: 'pve1', watcher: 'pve2', sudden: false, to: 'pve2', confirmedS: 143.5, endS: 270 },
];

/** Ends a moment before HA confirmed the start. */
const rebooted: Course = { file: 'timeline-reboot.txt', from: 'pve1', watcher: 'pve2', sudden: false, to: 'pve1', confirmedS: Infinity, endS: 300 };

function play({ file, from, watcher, sudden, endS }: Course): { faultS: number; process: Replay['process']; steps: { second: number; sighting: Sighting; standing: Standing }[] } {
  const timeline = readTimeline(file);
  const faultS = timeline.marks[0]?.atS ?? expect.fail('the timeline has no mark');
  const played = replay(timeline, 100, sudden ? { node: from, atS: faultS } : null);
  const steps = [];
  for (let second = Math.ceil(faultS) + 1; second <= Math.min(endS, timeline.endS); second += 1) {
    const sighting = sightingAt(played, second, watcher);
    steps.push({ second, sighting, standing: standingOf(sighting, { sid: 'vm:100', node: from, faultAtMs: faultS * 1000 }) });
  }
  return { faultS, process: played.process, steps };
}

describe.each(courses)('$file', (course) => {
  const { faultS, process, steps } = play(course);
  const first = steps.find(({ standing }) => standing.running);

  test('recovery is called within the second in which HA confirmed it, on the right node', () => {
    expect(first?.standing).toEqual({ running: true, node: course.to });
    expect(first?.second).toBe(Math.ceil(course.confirmedS));
  });

  test('it is never called while no process runs there, and stands once it was called', () => {
    for (const { second, standing } of steps) {
      if (standing.running) expect([second, process(second)?.node]).toEqual([second, standing.node]);
      expect([second, standing.running]).toEqual([second, second >= Math.ceil(course.confirmedS)]);
    }
  });

  test('it comes within the limit that is waited for', () => {
    expect((first?.second ?? Infinity) - faultS).toBeLessThan(expectedRecovery('worker', 10_000).waitMs / 1000);
  });
});

describe('traps that the recorded courses hold', () => {
  const stepAt = (file: string, second: number) => {
    const course = [...courses, rebooted].find((each) => each.file === file) ?? expect.fail('no such course');
    return play({ ...course, endS: second }).steps.at(-1) ?? expect.fail('no such second');
  };
  const why = ({ standing }: { standing: Standing }) => (standing.running ? 'running' : standing.why);

  test('a dead node is online, and its guest "started", until the membership notices', () => {
    const step = stepAt('timeline-poweroff.txt', 8);
    expect(step.sighting.membership.nodes.find(({ name }) => name === 'pve3')?.online).toBe(true);
    expect(step.sighting.ha.services[0]?.state).toBe('started');
    expect(why(step)).toBe('pve3 says nothing of the guest');
  });

  test('"started" on a dead node', () => {
    const step = stepAt('timeline-poweroff.txt', 60);
    expect(step.sighting.ha.services[0]).toMatchObject({ node: 'pve3', state: 'started' });
    expect(why(step)).toBe('HA says started on pve3, which is no member of the cluster now');
  });

  test('the stale "running" row after a failover: the manager has decided, and nothing runs', () => {
    const row = (readTimeline('timeline-poweroff.txt').at('res', 131) as { node: string; status: string; hastate: string }[])[0];
    expect(row).toMatchObject({ node: 'pve1', status: 'running', hastate: 'started' });
    const step = stepAt('timeline-poweroff.txt', 131);
    expect(step.sighting.ha.services[0]).toMatchObject({ node: 'pve1', state: 'starting', crmState: 'started' });
    expect(why(step)).toBe('HA says starting');
    expect(step.sighting.guest?.running).toBe(false);
  });

  test('the slow path: "starting" for a hundred seconds, because the target waits for a lock of its own', () => {
    const step = stepAt('timeline-linkcut.txt', 200);
    expect(step.sighting.ha.lrms.find(({ node }) => node === 'pve2')?.state).toBe('wait-for-lock');
    expect(why(step)).toBe('HA says starting');
  });

  test('an orderly shutdown shows neither fence nor recovery: "started" on a node where the guest was stopped long ago', () => {
    const { steps, process } = play(courses[2] ?? expect.fail('no course'));
    expect(steps.some(({ sighting }) => ['fence', 'recovery'].includes(sighting.ha.services[0]?.state ?? ''))).toBe(false);
    const step = stepAt('timeline-shutdown.txt', 80);
    expect(process(80)).toBeNull();
    expect(step.sighting.ha.services[0]).toMatchObject({ node: 'pve1', state: 'started' });
    expect(step.standing.running).toBe(false);
  });

  test('before the node goes down its guest is as old as before the fault: nothing has been recovered', () => {
    const { steps } = play({ ...rebooted, endS: 12 });
    expect(steps.length).toBeGreaterThan(3);
    expect(steps.filter(({ standing }) => standing.running)).toEqual([]);
    expect(steps.map(why).join()).toContain('as old as before the fault');
  });

  test('a process that was started and is not confirmed yet is no recovery (freeze: on the same node, after its restart)', () => {
    const { steps, process } = play(rebooted);
    const last = steps.at(-1) ?? expect.fail('no step');
    expect(process(last.second)).toMatchObject({ node: 'pve1' });
    expect(steps.some(({ sighting }) => sighting.ha.services[0]?.state === 'freeze')).toBe(true);
    expect(steps.filter(({ standing }) => standing.running)).toEqual([]);
    expect(why(last)).toBe('HA says starting');
  });

  test('without quorum nothing is believed, for good', () => {
    const timeline = readTimeline('timeline-noquorum.txt');
    const played = replay(timeline, 100, { node: 'pve1', atS: timeline.marks[0]?.atS ?? 0 });
    const sighting = sightingAt(played, 230, 'pve3');
    expect(sighting.ha.services[0]).toMatchObject({ node: 'pve1', state: 'started' });
    expect(why({ standing: standingOf(sighting, { sid: 'vm:100', node: 'pve1', faultAtMs: 0 }) })).toContain('no quorum');
  });
});

// Invented from a recorded moment: what was not seen, or cannot be shown by replaying.
describe('a guest whose process lives and that does not', () => {
  const good = play(courses[0] ?? expect.fail('no course')).steps.at(-1)?.sighting ?? expect.fail('no sighting');
  const before = { sid: 'vm:100', node: 'pve3', faultAtMs: 2600 };
  const process = good.guest ?? expect.fail('no process');

  test('as it is, it runs', () => {
    expect(standingOf(good, before)).toEqual({ running: true, node: 'pve1' });
  });

  test.each([
    ['its storage is lost', { guest: { ...process, qmpStatus: 'io-error' } }, 'io-error'],
    ['it is paused', { guest: { ...process, qmpStatus: 'paused' } }, 'paused'],
    ['it is locked', { guest: { ...process, lock: 'migrate' } }, 'locked (migrate)'],
    ['no process runs', { guest: { ...process, running: false } }, 'no process'],
    ['its node says nothing', { guest: null }, 'says nothing'],
    ['HA does not have it', { ha: { ...good.ha, services: [] } }, 'does not know'],
    ['the resource manager of its node is silent', { ha: { ...good.ha, lrms: good.ha.lrms.map((lrm) => ({ ...lrm, state: 'old-timestamp' as const, text: 'old timestamp - dead?' })) } }, 'not active (old timestamp'],
    ['the state is one that a newer version made up', { ha: { ...good.ha, services: good.ha.services.map((service) => ({ ...service, state: 'disarmed' })) } }, 'HA says disarmed'],
    ['the node that was asked was cut off', { membership: { ...good.membership, quorate: false } }, 'no quorum'],
  ])('%s', (_what, change, words) => {
    expect(standingOf({ ...good, ...change }, before)).toEqual({ running: false, why: expect.stringContaining(words) as string });
  });

  test('on the node of before only a process younger than the fault counts', () => {
    const here = { ...before, node: 'pve1' };
    const sinceS = Math.floor((good.atMs - before.faultAtMs) / 1000);
    expect(standingOf({ ...good, guest: { ...process, uptimeS: sinceS + 500 } }, here).running).toBe(false);
    expect(standingOf({ ...good, guest: { ...process, uptimeS: sinceS } }, here).running).toBe(false);
    expect(standingOf({ ...good, guest: { ...process, uptimeS: sinceS - 5 } }, here).running).toBe(true);
  });
});
