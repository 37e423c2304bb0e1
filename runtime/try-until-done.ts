import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { explainProblem } from '../db/connection/database-problem.ts'
import { firstPauseMs, longerPauseMs } from './pauses.ts'

export type Trying = {
  /** Of the database that the work needs. */
  url: string
  signal: AbortSignal
  logger: Logger
  /** Called with the reason if the database can never be used. */
  unusable: (reason: string) => void
}

/**
 * Tries work that needs the database until it succeeds, ever less often, down to once a second. The
 * log names a problem once.
 * @returns `undefined` if it can never succeed, or if `signal` aborts before
 */
export async function tryUntilDone<T>(
  work: () => Promise<T>,
  { url, signal, logger, unusable }: Trying,
): Promise<T | undefined> {
  let named: string | undefined
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = longerPauseMs(pauseMs))
    try {
      return await work()
    } catch (error) {
      const problem = explainProblem(error, url)
      if (problem.permanent) return void unusable(problem.message)
      if (problem.message !== named) logger.warn({ retrying: true }, problem.message)
      // To name the lines of its stack, the source maps are read: 250 ms of CPU time at a start.
      logger.debug({ err: problem.cause }, 'the last attempt')
      named = problem.message
      await delay(pauseMs, undefined, { signal }).catch(() => {})
    }
  return undefined
}
