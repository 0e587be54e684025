import { z } from 'zod';

export function checkImageCommand(path: string): string[] {
  return ['qemu-img', 'check', '--output=json', '--', path];
}

export function imageInfoCommand(path: string): string[] {
  return ['qemu-img', 'info', '--output=json', '--', path];
}

/** Copies an image into a new one of the format qcow2. */
export function convertImageCommand(from: string, to: string): string[] {
  return ['qemu-img', 'convert', '-O', 'qcow2', '--', from, to];
}

/** Ends with status 0 when both hold the same data, 1 when they differ. */
export function compareImagesCommand(one: string, other: string): string[] {
  return ['qemu-img', 'compare', '--', one, other];
}

const checkSchema = z.object({ 'check-errors': z.number(), corruptions: z.number().default(0), leaks: z.number().default(0) });
const infoSchema = z.object({ 'virtual-size': z.number(), 'actual-size': z.number().default(0), format: z.string() });

/** What speaks against an image, from `qemu-img check`; null when nothing does. */
export function imageDamage(text: string): string | null {
  const report = checkSchema.parse(JSON.parse(text));
  const found = [[report['check-errors'], 'errors of the check'], [report.corruptions, 'corruptions'], [report.leaks, 'leaked clusters']] as const;
  return found.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`).join(', ') || null;
}

/** Size of an image as the guest would see it, and on the disk, bytes. */
export function imageSizes(text: string): { virtual: number; actual: number; format: string } {
  const report = infoSchema.parse(JSON.parse(text));
  return { virtual: report['virtual-size'], actual: report['actual-size'], format: report.format };
}
