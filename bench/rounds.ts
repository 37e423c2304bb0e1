import type { Plan } from './plan.ts'

/** Measures one side once. */
export type Measure<T> = () => Promise<T>

type Repetition = Pick<Plan, 'rounds' | 'signal'>

/** Measures each side once for nothing, so that all code is compiled and all connections are open. */
export async function warmUp(sides: Record<string, Measure<unknown>>): Promise<void> {
  for (const measure of Object.values(sides)) await measure()
}

/**
 * Measures all sides in each round, one after another; every second round begins with the last
 * side, so that no side always follows the same one.
 * @returns the values of each side by round
 */
export async function alternate<S extends string, T>(
  sides: Record<S, Measure<T>>,
  { rounds, signal }: Repetition,
): Promise<Record<S, T[]>> {
  const names = Object.keys(sides) as S[]
  const values = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<S, T[]>
  for (let round = 0; round < rounds; round++)
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      signal.throwIfAborted()
      values[name].push(await sides[name]())
    }
  return values
}

/** The same after a warm-up, which a quick run leaves out. */
export async function measureWarm<S extends string, T>(
  sides: Record<S, Measure<T>>,
  plan: Repetition & Pick<Plan, 'quick'>,
): Promise<Record<S, T[]>> {
  if (!plan.quick) await warmUp(sides)
  return alternate(sides, plan)
}
