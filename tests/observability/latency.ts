import { expect } from 'vitest'
import { ask } from '../containers/prometheus.ts'
import type { Measured } from './expected.ts'
import { increaseOf, type Period } from './panels.ts'

// A client waits for the machine, too, on which k6 and ten services share the cores: a fifth longer. And a service
// knows the arrival of a request only as well as its event loop is on time: 50 ms.
const share = 1.2
const seconds = 0.05

/** The bucket bounds of the histogram, in seconds. */
const bounds = async () =>
  (await ask('count by (le) (http_request_duration_seconds_bucket)'))
    .map(({ metric }) => Number(metric.le?.replace('+Inf', 'Infinity')))
    .sort((a, b) => a - b)

/**
 * What a client has measured lies in the bucket of what is shown, which is as much as a histogram knows; or as far
 * from it as the machine is busy. All is in seconds.
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
