import type { Cores } from './machine.ts'

/** How a run measures. */
export type Plan = {
  cores: Cores
  /** Whether it only shows that the bench works. */
  quick: boolean
  /** Times that each side is measured. */
  rounds: number
  /** Seconds of one measurement. */
  seconds: number
  /** Seconds before it, for the compilers of the runtimes. */
  warmUpSeconds: number
  /** Where the services write their logs. */
  logFolder: string
  /** Aborts to end the run; what was started is then ended. */
  signal: AbortSignal
  /** The path of Bun; `undefined` if npm cannot fetch it. */
  findBun: () => Promise<string | undefined>
}

/**
 * The settings of services. A quick run may share its machine: nothing is refused then, however busy
 * that is.
 */
export const settingsOf = ({ quick }: Pick<Plan, 'quick'>) => ({
  HOST: '127.0.0.1',
  ...(quick && { LOOP_WAIT_LIMIT_MS: '0' }),
})

/**
 * Measures all candidates in each round, one after another. Every second round has the reverse
 * order, so that none always follows the same one. A run that is not quick first measures each once
 * and ignores it: this compiles code and opens connections.
 * @returns the values of each candidate by round; none of one that is missing
 */
export async function alternate<S extends string, T>(
  candidates: Record<S, (() => Promise<T>) | undefined>,
  { rounds, signal, quick }: Pick<Plan, 'rounds' | 'signal' | 'quick'>,
): Promise<Record<S, T[]>> {
  const names = Object.keys(candidates) as S[]
  const values = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<S, T[]>
  const measures = names.flatMap((name) => {
    const measure = candidates[name]
    return measure ? [{ measure, values: values[name] }] : []
  })
  if (!quick) for (const { measure } of measures) await measure()
  for (let round = 0; round < rounds; round++)
    for (const { measure, values } of round % 2 === 0 ? measures : measures.toReversed()) {
      signal.throwIfAborted()
      values.push(await measure())
    }
  return values
}
