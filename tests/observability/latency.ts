import { expect } from 'vitest'
import { metrics } from '../../model/metrics.ts'
import { ask } from '../containers/prometheus.ts'
import type { Measured } from './expected.ts'
import { increaseOf, type Period } from './panels.ts'

// A client may wait a fifth longer, because k6 and ten services share the cores. A service knows
// the arrival of a request only as precisely as its event loop is on time: 50 ms.
const share = 1.2
const seconds = 0.05

/** The bucket bounds of the histogram, in seconds. */
const bounds = async () =>
  (await ask(`count by (le) (${metrics.requestDuration.name}_bucket)`))
    .map(({ metric }) => Number(metric.le?.replace('+Inf', 'Infinity')))
    .sort((a, b) => a - b)

/**
 * The client's value is in the bucket of the displayed one, because a histogram knows no more; or
 * it deviates by the tolerances above. All values are in seconds.
 */
async function expectBucket(shown: number | undefined, measured: Measured, line: string) {
  const edges = [0, ...(await bounds())]
  const index = edges.findIndex((edge) => (shown ?? Number.NaN) <= edge)
  const [lower = Number.NaN, upper = Number.NaN] = edges.slice(index - 1, index + 1)
  const words = `${line}: ${shown} s beside ${measured.from} to ${measured.to} s`
  expect.soft(measured.to + seconds, words).toBeGreaterThan(lower)
  expect.soft(measured.from, words).toBeLessThanOrEqual(upper * share + seconds)
}

/** The same of these lines of a panel. */
export async function expectLatencies(
  title: string,
  lines: Record<string, Measured>,
  period: Period,
): Promise<void> {
  const shown = await increaseOf(title, period)
  for (const [line, measured] of Object.entries(lines))
    await expectBucket(shown[line], measured, `${title}, ${line}`)
}
