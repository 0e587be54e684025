import { connect } from 'node:net';
import type { AttemptFactory } from './attempt.ts';
import { reportError } from './attempt.ts';

/** Address and port of `192.0.2.1:80` or `[2001:db8::1]:80`; null when it is neither. */
export function parseEndpoint(target: string): { host: string; port: number } | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(target);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port < 1 || port > 65_535 ? null : { host, port };
}

/** TCP accept: answered when the connection stands; it is reset at once, so that no port lingers. */
export const tcpAttempts: AttemptFactory = ({ target }) => {
  const endpoint = parseEndpoint(target);
  if (endpoint === null) throw new Error(`"${target}" is not address:port`);
  return (outcome) => {
    const socket = connect({ ...endpoint, autoSelectFamily: false });
    socket.on('connect', () => {
      outcome.answered(true);
      socket.resetAndDestroy();
    });
    socket.on('error', (error) => reportError(error, outcome));
    return () => socket.destroy();
  };
};
