import type { Plan } from './plan.ts'

/** Measures one candidate once. */
export type Measure<T> = () => Promise<T>

type Repetition = Pick<Plan, 'rounds' | 'signal'>

/** Measures each candidate once and ignores the result: compiles code, opens connections. */
export async function warmUp(candidates: Record<string, Measure<unknown>>): Promise<void> {
  for (const measure of Object.values(candidates)) await measure()
}

/**
 * Measures all candidates in each round, one after another. Every second round has the reverse
 * order, so that none always follows the same one.
 * @returns the values of each candidate by round
 */
export async function alternate<S extends string, T>(
  candidates: Record<S, Measure<T>>,
  { rounds, signal }: Repetition,
): Promise<Record<S, T[]>> {
  const names = Object.keys(candidates) as S[]
  const values = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<S, T[]>
  for (let round = 0; round < rounds; round++)
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      signal.throwIfAborted()
      values[name].push(await candidates[name]())
    }
  return values
}

/** The same after a warm-up, which a quick run leaves out. */
export async function measureWarm<S extends string, T>(
  candidates: Record<S, Measure<T>>,
  plan: Repetition & Pick<Plan, 'quick'>,
): Promise<Record<S, T[]>> {
  if (!plan.quick) await warmUp(candidates)
  return alternate(candidates, plan)
}
