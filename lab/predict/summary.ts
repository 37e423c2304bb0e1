/** Milliseconds; quantiles by the nearest rank. All 0 if nothing was admitted. */
export type Summary = { mean: number; p50: number; p95: number; p99: number }

export const exponential = (mean: number): Summary => ({
  mean,
  p50: mean * Math.LN2,
  p95: mean * Math.log(20),
  p99: mean * Math.log(100),
})

export const always = (ms: number): Summary => ({ mean: ms, p50: ms, p95: ms, p99: ms })

/** Of a variable time and a fixed one after it. */
export const shift = ({ mean, p50, p95, p99 }: Summary, ms: number): Summary => ({
  mean: mean + ms,
  p50: p50 + ms,
  p95: p95 + ms,
  p99: p99 + ms,
})

/** Of a time that a share of the requests exceeds, which falls as it grows. */
export const summarizeShares = (mean: number, shareLonger: (ms: number) => number): Summary => ({
  mean,
  p50: exceededBy(0.5, shareLonger),
  p95: exceededBy(0.05, shareLonger),
  p99: exceededBy(0.01, shareLonger),
})

// Halving a range so often leaves no digit of it.
const halvings = 60

/** The shortest time that no more than a share exceeds. */
function exceededBy(share: number, shareLonger: (ms: number) => number): number {
  if (shareLonger(0) <= share) return 0
  let [low, high] = [0, 1]
  while (shareLonger(high) > share) high *= 2
  for (let count = 0; count < halvings; count++) {
    const middle = (low + high) / 2
    if (shareLonger(middle) > share) low = middle
    else high = middle
  }
  return high
}
