import { ascending, type Run } from './quantiles.ts'

/** The largest distance between the cumulative distributions of two samples, from 0 to 1. */
export function largestDistance(first: Run, second: Run): number {
  const [a, b] = [ascending(first), ascending(second)]
  let [i, j, largest] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i] as number, b[j] as number)
    while (a[i] === value) i++
    while (b[j] === value) j++
    largest = Math.max(largest, Math.abs(i / a.length - j / b.length))
  }
  return largest
}

/**
 * The probability of at least this distance between two independent samples of one distribution, by
 * Kolmogorov's limit (Smirnov, 1948). It holds for requests of one run each; requests of several
 * runs need `permutationP`.
 */
export function distanceP(distance: number, m: number, n: number): number {
  const lambda = distance * Math.sqrt((m * n) / (m + n))
  // The series does not converge at 0, where the probability is 1 to twelve digits.
  if (lambda < 0.2) return 1
  let sum = 0
  for (let k = 1; k <= 100; k++) sum += (-1) ** (k - 1) * Math.exp(-2 * (k * lambda) ** 2)
  return Math.min(1, Math.max(0, 2 * sum))
}
