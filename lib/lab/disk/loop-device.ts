import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { ioctl } from '../libc.ts';

/** From linux/loop.h. */
const request = { setStatus64: 0x4c04, getStatus64: 0x4c05, setCapacity: 0x4c07, configure: 0x4c0a, getFree: 0x4c82 };
const autoClear = 4;
const infoBytes = 232;
const configBytes = 304;
const infoOffsetInConfig = 8;
const flagsOffsetInInfo = 52;
const offsetOffsetInInfo = 24;
const sizeLimitOffsetInInfo = 32;
const sectorBytes = 512;
const busy = 16;
const tryAgain = 11;
const attempts = 200;

/**
 * A disk of the lab: a file behind a loop device. The descriptor stays open for the life of this process and the device clears
 * itself when its last opener is gone, so it cannot outlive the world even when everything is killed at once.
 */
export interface LoopDevice {
  number: number;
  /** Bytes of the whole disk. */
  size: number;
  descriptor: number;
}

/** Puts a file behind a free loop device. */
export function openLoopDevice(file: string, size: number): LoopDevice {
  const control = openSync('/dev/loop-control', constants.O_RDWR);
  const backing = openSync(file, constants.O_RDWR);
  try {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const number = ioctl(control, request.getFree, 0, 'Asking for a free loop device');
      const descriptor = openSync(`/dev/loop${number}`, constants.O_RDWR);
      const config = Buffer.alloc(configBytes);
      config.writeUInt32LE(backing, 0);
      config.writeUInt32LE(autoClear, infoOffsetInConfig + flagsOffsetInInfo);
      try {
        ioctl(descriptor, request.configure, config, `Configuring /dev/loop${number}`);
        return { number, size, descriptor };
      } catch (error) {
        closeSync(descriptor);
        if ((error as { errno?: number }).errno !== busy) throw error; // busy: somebody was quicker
      }
    }
  } finally {
    closeSync(control);
    closeSync(backing);
  }
  throw new Error('No free loop device could be taken. End what uses them ("losetup -a" lists it), then try again.');
}

/**
 * Moves the start of the disk within its file. With the offset at the file's end the kernel itself says that the disk has no capacity and
 * fails all I/O to it, while the contents stay; with offset 0 the same disk is back.
 */
function setOffset(device: LoopDevice, offset: number): void {
  const info = Buffer.alloc(infoBytes);
  for (let attempt = 1; ; attempt += 1) {
    ioctl(device.descriptor, request.getStatus64, info, `Reading the state of /dev/loop${device.number}`);
    info.writeBigUInt64LE(BigInt(offset), offsetOffsetInInfo);
    info.writeBigUInt64LE(BigInt(device.size), sizeLimitOffsetInInfo);
    try {
      ioctl(device.descriptor, request.setStatus64, info, `Changing the capacity of /dev/loop${device.number}`);
      // An attempt that ended in "try again" may have moved the offset without the capacity, and the next one then sees no change.
      ioctl(device.descriptor, request.setCapacity, 0, `Changing the capacity of /dev/loop${device.number}`);
      return;
    } catch (error) {
      if ((error as { errno?: number }).errno !== tryAgain || attempt >= attempts) throw error; // pages under way
    }
  }
}

export function takeCapacity(device: LoopDevice): void {
  setOffset(device, device.size);
}

/** Lets the kernel measure the disk anew. */
export function measureCapacity(device: LoopDevice): void {
  ioctl(device.descriptor, request.setCapacity, 0, `Measuring /dev/loop${device.number}`);
}

export function giveCapacity(device: LoopDevice): void {
  setOffset(device, 0);
}

/** Capacity as the kernel reports it, bytes. */
export function capacity(device: LoopDevice): number {
  return Number(readFileSync(`/sys/block/loop${device.number}/size`, 'utf8')) * sectorBytes;
}
