import { CommandError, exitCode } from './exit-code.ts';

/**
 * Draws each chart of a folder as PNG beside its SVG. What draws is loaded here only: it is a program for this kind of machine, and
 * every other report is made without it.
 *
 * @throws CommandError with exit code 69 when it does not run here.
 */
export async function addPngs(folder: string): Promise<void> {
  const { writePngs } = await import('../reporting/charts/png.ts').catch((error: Error) => {
    throw new CommandError(`No PNG can be drawn on this machine (${error.message}); the charts are there as SVG. "npm ci" installs what draws them on Linux, macOS and Windows.`, exitCode.impossible, { cause: error });
  });
  writePngs(folder);
}
