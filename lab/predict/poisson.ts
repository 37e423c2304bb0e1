import { gammaln } from 'simple-statistics'

/** The chance of a count from a Poisson distribution. */
export const poisson = (count: number, mean: number): number =>
  Math.exp((count === 0 ? 0 : count * Math.log(mean)) - mean - gammaln(count + 1))

/** The mean of a value that depends on a Poisson count; counts of less than e^−30 in all are left out. */
export function averageOverPoisson(mean: number, at: (count: number) => number): number {
  const spread = 9 * Math.sqrt(mean) + 30
  let average = 0
  for (let count = Math.max(0, Math.floor(mean - spread)); count <= mean + spread; count++)
    average += poisson(count, mean) * at(count)
  return average
}
