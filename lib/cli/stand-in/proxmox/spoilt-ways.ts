import { appendFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ArrivedRequest, StandInAnswer, StandInWay } from '../../../platforms/proxmox/testing/stand-in.ts';

/** How requests are spoilt on their way: a file of the stand-in's folder, which is gone when it has been done. */
export interface SpoiltWay {
  /** Pattern of `POST /nodes/pve1/vzdump`, of whichever endpoint unless one is named. */
  asked: string;
  endpoint?: string;
  /** How many of them. Default 1. */
  times?: number;
  /** It is carried out all the same. Default: it is not. */
  isCarriedOut?: boolean;
  /** What is answered; null: nothing, ever. Default: what the API says. */
  says?: { status: number; reason: string } | null;
  /** Not before this other one has been done. */
  behind?: string;
  /** Only while this node has no power. */
  whileOff?: string;
  /** No ticket that was given out before this request, or until behind it, is taken any more. */
  expires?: 'before' | 'behind';
}

/** A request that an endpoint was asked, and the status that it answered: null for nothing. */
export interface AskedRequest {
  endpoint: string;
  asked: string;
  status: number | null;
  /** Name of what spoilt it. */
  spoilt: string | null;
}

const folderOf = (target: string): string => join(target, 'ways');
const fileOf = (target: string): string => join(target, 'asked');

/** Every 401 comes so late (libpve-http-server-perl, AnyEvent.pm), and 595 for a node without power no sooner (deadnode-*), ms. */
const lateMs = 3000;
/** A ticket that is younger is not doubted by the client, ms; real ones live for two hours. */
const freshMs = 11_000;

/** What a stand-in finds: no way is spoilt. */
export function furnishWays(target: string): void {
  appendFileSync(fileOf(target), '');
}

/** Spoils a way from now on, or no more (null). */
export function spoilWay(target: string, name: string, way: SpoiltWay | null): void {
  const path = join(folderOf(target), name);
  if (way === null) rmSync(path, { force: true });
  else writeFileSync(path, JSON.stringify(way));
}

/** Names of those that were not done, or not as often as they should be. */
export const undoneWays = (target: string): string[] => readdirSync(folderOf(target)).toSorted();

export function askedRequests(target: string): AskedRequest[] {
  return readFileSync(fileOf(target), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as AskedRequest);
}

export function spoiltWays(target: string, { forgetTickets, isOff }: { forgetTickets: () => void; isOff: (node: string) => boolean }): StandInWay {
  const done = new Map<string, number>();
  const issuedAt = new Map<string, number>();
  const wayOf = ({ endpoint, asked, ticket }: ArrivedRequest): { name: string; way: SpoiltWay } | null => {
    const names = readdirSync(folderOf(target)).toSorted();
    for (const name of names) {
      const way = JSON.parse(readFileSync(join(folderOf(target), name), 'utf8')) as SpoiltWay;
      if ((way.endpoint ?? endpoint) !== endpoint || !new RegExp(`^${way.asked}$`).test(asked)) continue;
      if (names.includes(way.behind ?? '') || (way.whileOff !== undefined && !isOff(way.whileOff))) continue;
      if (way.expires !== undefined && performance.now() - (issuedAt.get(ticket ?? '') ?? Infinity) < freshMs) continue;
      const count = (done.get(name) ?? 0) + 1;
      done.set(name, count);
      if (count >= (way.times ?? 1)) {
        rmSync(join(folderOf(target), name));
        done.delete(name);
      }
      return { name, way };
    }
    return null;
  };
  const answerOf = (way: SpoiltWay, carryOut: () => StandInAnswer): StandInAnswer | null => {
    const { says, expires, isCarriedOut = says === undefined } = way;
    if (expires === 'before') forgetTickets();
    const said = isCarriedOut ? carryOut() : null;
    if (expires === 'behind') forgetTickets();
    return says === undefined ? said : says;
  };
  return async (request, carryOut) => {
    const { endpoint, asked } = request;
    const found = wayOf(request);
    const answer = found === null ? carryOut() : answerOf(found.way, carryOut);
    if (asked === 'POST /access/ticket' && answer !== null && 'data' in answer) issuedAt.set((answer.data as { ticket: string }).ticket, performance.now());
    const status = answer === null ? null : 'data' in answer ? 200 : answer.status;
    appendFileSync(fileOf(target), `${JSON.stringify({ endpoint, asked, status, spoilt: found?.name ?? null } satisfies AskedRequest)}\n`);
    if (status === 401 || status === 595) await sleep(lateMs);
    return answer;
  };
}
