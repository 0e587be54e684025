import { Socket } from 'node:net';

/** The descriptor at which a process finds its lifeline: the other end of a pipe that its starter holds and never writes to. */
export const lifelineDescriptor = 3;
/** Set by ha-acceptance.mjs for the process that it starts. */
const launchedVariable = 'HA_ACCEPTANCE_LAUNCHED';

/** Ends this process as a hang-up would when its starter is gone, whichever way that went: nobody else would tell us. A run mends first. */
export function holdLifeline(): void {
  const starter = new Socket({ fd: lifelineDescriptor, readable: true, writable: false });
  starter.on('error', () => undefined).on('close', () => process.kill(process.pid, 'SIGHUP'));
  starter.resume().unref();
}

/** Holds the lifeline of the launcher, when one started this process. What this process starts in turn is not the launcher's. */
export function followLauncher(env: NodeJS.ProcessEnv = process.env): void {
  if (env[launchedVariable] === undefined) return;
  delete env[launchedVariable];
  holdLifeline();
}
