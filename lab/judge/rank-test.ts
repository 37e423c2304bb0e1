import { errorFunction, wilcoxonRankSum } from 'simple-statistics'
import type { Run } from '../quantiles.ts'

export type RankTest = {
  /** Pairs in which the value of the first sample is the larger one; a tie counts one half. */
  u: number
  /** The two-sided probability of a `u` this far from its mean if both samples are alike. */
  p: number
  /**
   * From -1 to 1: how much more often the first sample's value is the larger one than the smaller
   * one (Cliff, 1993).
   */
  cliffsDelta: number
}

// Up to here the exact distribution is counted; R's wilcox.test has the same limit.
const exactSize = 50

/**
 * The test of Mann and Whitney (1947), two-sided: exact for fewer than 50 values a side without
 * ties, otherwise by the normal approximation with corrections for ties and continuity, as R's
 * `wilcox.test` does it.
 */
export function mannWhitney(first: Run, second: Run): RankTest {
  const [m, n] = [first.length, second.length]
  const u = wilcoxonRankSum([...first], [...second]) - (m * (m + 1)) / 2
  const ties = tieSizes([...first, ...second])
  const isExact = ties.length === 0 && m < exactSize && n < exactSize
  const p = isExact ? exactP(u, m, n) : approximateP(u, m, n, ties)
  return { u, p, cliffsDelta: (2 * u) / (m * n) - 1 }
}

const tieSizes = (values: Run): number[] =>
  [...Map.groupBy(values, (value) => value).values()]
    .map(({ length }) => length)
    .filter((size) => size > 1)

/**
 * In how many of all orders of m and n values `u` is 0, 1, … m·n: the coefficients of the Gaussian
 * binomial coefficient, built by one factor (1 - q^(n+i)) / (1 - q^i) after the other.
 */
function countOrders(m: number, n: number): number[] {
  const counts = new Array<number>(m * n + 1).fill(0)
  counts[0] = 1
  const at = (u: number) => counts[u] as number
  for (let i = 1; i <= m; i++) {
    for (let u = m * n; u >= n + i; u--) counts[u] = at(u) - at(u - n - i)
    for (let u = i; u <= m * n; u++) counts[u] = at(u) + at(u - i)
  }
  return counts
}

function exactP(u: number, m: number, n: number): number {
  const counts = countOrders(m, n)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const farthest = Math.min(u, m * n - u)
  const tail = counts.slice(0, farthest + 1).reduce((sum, count) => sum + count, 0)
  return Math.min(1, (2 * tail) / total)
}

function approximateP(u: number, m: number, n: number, ties: readonly number[]): number {
  const all = m + n
  const tied = ties.reduce((sum, size) => sum + size ** 3 - size, 0)
  const deviation = Math.sqrt(((m * n) / 12) * (all + 1 - tied / (all * (all - 1))))
  if (deviation === 0) return 1
  const distance = Math.max(0, Math.abs(u - (m * n) / 2) - 0.5)
  return 1 - errorFunction(distance / deviation / Math.SQRT2)
}
