/** Exit codes of `ha-acceptance`; the numbers from 64 on follow sysexits.h of BSD. */
export const exitCode = {
  pass: 0,
  fail: 1,
  inconclusive: 2,
  refused: 3,
  notRestored: 4,
  usage: 64,
  impossible: 69,
  internal: 70,
  interrupted: 130,
} as const;

/** An error that ends the command with a certain code and a message that tells the reader what to do. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, code: number, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = code;
  }
}

/** Which of two codes counts: not restored, interrupted, internal error, then fail, inconclusive, refused. */
const precedence: readonly number[] = [exitCode.notRestored, exitCode.interrupted, exitCode.internal, exitCode.fail, exitCode.inconclusive, exitCode.refused];

/** The code to end with when several things are to be said. */
export function worstCode(codes: readonly number[]): number {
  return precedence.find((code) => codes.includes(code)) ?? codes.find((code) => code !== exitCode.pass) ?? exitCode.pass;
}

/** The code that an error carries; an error that carries none is our own fault. */
export function codeOf(error: unknown): number {
  const carried = (error as { exitCode?: unknown } | null)?.exitCode;
  return typeof carried === 'number' ? carried : exitCode.internal;
}
