import type { Plan } from './plan.ts'

/** Measures one candidate once. */
export type Measure<T> = () => Promise<T>

/**
 * Measures all candidates in each round, one after another. Every second round has the reverse
 * order, so that none always follows the same one. A run that is not quick first measures each once
 * and ignores it: this compiles code and opens connections.
 * @returns the values of each candidate by round
 */
export async function alternate<S extends string, T>(
  candidates: Record<S, Measure<T>>,
  { rounds, signal, quick }: Pick<Plan, 'rounds' | 'signal' | 'quick'>,
): Promise<Record<S, T[]>> {
  const names = Object.keys(candidates) as S[]
  if (!quick) for (const name of names) await candidates[name]()
  const values = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<S, T[]>
  for (let round = 0; round < rounds; round++)
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      signal.throwIfAborted()
      values[name].push(await candidates[name]())
    }
  return values
}
