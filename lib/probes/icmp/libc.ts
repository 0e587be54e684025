import { address, errno, load, os } from 'koffi';
import { viewOf } from '../bytes.ts';

/**
 * The few calls of the C library that the engine needs, through koffi. Pointers are addresses of pinned buffers.
 * Structures are laid out for 64-bit little-endian Linux (x86-64, arm64); the values of constants are Linux's (uapi headers).
 */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  setsockopt(fd: number, level: number, name: number, value: bigint, length: number): number;
  close(fd: number): number;
  sendto(fd: number, data: bigint, length: number, flags: number, address: bigint, addressLength: number): number;
  recv(fd: number, data: bigint, length: number, flags: number): number;
  sendmmsg(fd: number, messages: bigint, count: number, flags: number): number;
  recvmmsg(fd: number, messages: bigint, count: number, flags: number, timeout: null): number;
  clock_gettime(clock: number, timespec: bigint): number;
  clock_nanosleep(clock: number, flags: number, timespec: bigint, remaining: null): number;
  prctl(option: number, a: number, b: number, c: number, d: number): number;
  sched_setscheduler(pid: number, policy: number, parameter: bigint): number;
  if_nametoindex(name: string): number;
}

const prototypes: Record<keyof Libc, string> = {
  socket: 'int socket(int, int, int)',
  setsockopt: 'int setsockopt(int, int, int, uintptr_t, uint32_t)',
  close: 'int close(int)',
  sendto: 'intptr_t sendto(int, uintptr_t, size_t, int, uintptr_t, uint32_t)',
  recv: 'intptr_t recv(int, uintptr_t, size_t, int)',
  sendmmsg: 'int sendmmsg(int, uintptr_t, unsigned int, int)',
  recvmmsg: 'int recvmmsg(int, uintptr_t, unsigned int, int, void *)',
  clock_gettime: 'int clock_gettime(int, uintptr_t)',
  clock_nanosleep: 'int clock_nanosleep(int, int, uintptr_t, void *)',
  prctl: 'int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)',
  sched_setscheduler: 'int sched_setscheduler(int, int, uintptr_t)',
  if_nametoindex: 'unsigned int if_nametoindex(const char *)',
};

/** @throws Error on a system whose layouts are not these, or when the library cannot be loaded. */
export function loadLibc(): Libc {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new Error(`the native engine knows Linux on x64 and arm64, this is ${process.platform} on ${process.arch}`);
  }
  const library = load('libc.so.6');
  return Object.fromEntries(Object.entries(prototypes).map(([name, prototype]) => [name, library.func(prototype)])) as unknown as Libc;
}

/** Name of the error of the last call of this thread, for example `EACCES`. */
export function errnoName(): string {
  const number = errno();
  return Object.entries(os.errno).find(([, value]) => value === number)?.[0] ?? `errno ${number}`;
}

/**
 * Buffers of which the kernel or the C library knows only the address. Nothing else keeps them alive: they are held here for as
 * long as the thread lives.
 */
const pinned: Buffer[] = [];

/** Memory that never moves and is never collected, zeroed: as bytes, as a view for the code that runs for each probe, and its address. */
export function pin(bytes: number): { memory: Buffer; view: DataView; at: bigint } {
  const memory = Buffer.from(new ArrayBuffer(bytes));
  pinned.push(memory);
  return { memory, view: viewOf(memory), at: address(memory) };
}
