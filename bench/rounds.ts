/** Measures one side once. */
export type Measure<T> = () => Promise<T>

/**
 * Measures all sides in each round, one after another; every second round begins with the last
 * side, so that no side always follows the same one.
 * @returns the values of each side by round
 */
export async function alternate<S extends string, T>(
  sides: Record<S, Measure<T>>,
  rounds: number,
): Promise<Record<S, T[]>> {
  const names = Object.keys(sides) as S[]
  const values = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<S, T[]>
  for (let round = 0; round < rounds; round++)
    for (const name of round % 2 === 0 ? names : names.toReversed())
      values[name].push(await sides[name]())
  return values
}
