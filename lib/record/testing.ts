import type { RunDescription } from './types.ts';

/** Description of a made-up run, for tests. It says so itself. */
export function syntheticDescription(): Omit<RunDescription, 'schema' | 'run' | 'anchor'> {
  return {
    tool: 'ha-acceptance 0.0.0-synthetic',
    environment: 'synthetic',
    platform: 'pacemaker',
    profile: 'demo',
    simulated: true,
    cluster: { name: 'synthetic-cluster', identity: 'SHA256:synthetic', versions: { pacemaker: '2.1' }, settings: { 'stonith-timeout': '60s' } },
    prober: { engine: 'made', reason: 'synthetic', periodMs: 10, waitMs: 10_000, lateAfterMs: null },
    suites: ['live-migration', 'node-failure'],
    limits: { 'live-migration': { outage: 2000, lost: 100 }, 'node-failure': { outage: 60_000 } },
    limitsFrom: 'environments/synthetic.yaml',
    seed: 1,
    host: { name: 'synthetic-host', kernel: 'Linux', node: 'v24', cores: 2, user: 'tester' },
    environmentFile: { schema: 1, name: 'synthetic' },
  };
}
