/** What the exit codes mean; scripts rely on them. */
export const ExitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  leftOut: 3,
  damaged: 4,
  interrupted: 130,
} as const;

export type ExitCode = typeof ExitCode[keyof typeof ExitCode];

/**
 * Exit code of the process for what the command-line framework set: negative numbers are its own.
 *
 * @param code A code of ours, or -4 and -5 for arguments and commands it does not know, or another negative one for a failure.
 */
export function exitCodeOf(code: number | string | null | undefined): number {
  const number = Number(code ?? 0);
  if (number >= 0) return number;
  return number === -4 || number === -5 ? ExitCode.usage : ExitCode.failed;
}
