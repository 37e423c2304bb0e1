import { type ExecFileOptions, execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A program that did not end in time; the message names it. */
export class TimeLimitError extends Error {
  override name = 'TimeLimitError'
}

export type ExecuteOptions = Omit<ExecFileOptions, 'timeout' | 'encoding'> & {
  /** How long to wait for the end of the program. */
  limitMs?: number
}

/**
 * Runs a program without a shell, and waits for its end.
 * @throws TimeLimitError if it has not ended after `limitMs`; the error of `execFile`, with its
 *   output, if it fails
 */
export async function execute(
  program: string,
  args: readonly string[],
  { limitMs = 20_000, ...options }: ExecuteOptions = {},
): Promise<{ stdout: string; stderr: string }> {
  // A program that hangs may ignore any other signal.
  const limits = { timeout: limitMs, killSignal: 'SIGKILL' } as const
  try {
    return await run(program, args, { ...options, ...limits, encoding: 'utf8' })
  } catch (error) {
    if (!(error as { killed?: boolean }).killed) throw error
    const command = [program, ...args].join(' ')
    throw new TimeLimitError(`"${command}" has not ended after ${limitMs / 1000} s`)
  }
}

/**
 * What a program prints; `undefined` if it is missing or fails.
 * @throws TimeLimitError if it has not ended in time
 */
export const outputOf = (...command: Parameters<typeof execute>): Promise<string | undefined> =>
  execute(...command).then(
    ({ stdout }) => stdout.trim(),
    (error: unknown) => {
      if (error instanceof TimeLimitError) throw error
      return undefined
    },
  )
