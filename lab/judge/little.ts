/** Little's law as a check: does a load account for every request that was in the system? */
import { linearRegression, mean } from 'simple-statistics'
import type { LoadSample } from '../../formats/samples.ts'
import type { LoadSpec } from '../experiment.ts'
import type { LittleCheck } from '../load-figures.ts'
import { median } from '../quantiles.ts'

// The first and the last request of a short load weigh too much.
const fewestRequests = 10

type Window = Pick<LoadSpec, 'warmupSeconds' | 'seconds'>

/**
 * Answers as designed per second, of those that came after the warm-up and before the end of the
 * load: the slope of their number over time, by least squares. Full slots end in bursts, so that a
 * count between two points in time depends on where these lie.
 */
export function completionRate(
  samples: readonly LoadSample[],
  { warmupSeconds, seconds }: Window,
): number {
  const ends = samples
    .filter(({ outcome }) => outcome === 'ok')
    .map(({ dueMs, latencyMs }) => dueMs + latencyMs)
    .filter((endMs) => endMs >= warmupSeconds * 1000 && endMs <= seconds * 1000)
    .sort((a, b) => a - b)
  if (ends.length < 2 || ends[0] === ends.at(-1)) return Number.NaN
  return linearRegression(ends.map((endMs, count) => [endMs / 1000, count])).m
}

/**
 * Of one run, between the warm-up and the end of the load: how many requests were in the system on
 * average, how many left it per second, and how long those that were due then took, whenever they
 * were answered.
 */
function littleOf(samples: readonly LoadSample[], window: Window) {
  const { warmupSeconds, seconds } = window
  const [fromMs, toMs] = [warmupSeconds * 1000, seconds * 1000]
  const served = samples.filter(({ outcome }) => outcome === 'ok')
  const spans = served.map(({ dueMs, latencyMs }) => ({ from: dueMs, to: dueMs + latencyMs }))
  const due = served.filter(({ dueMs }) => dueMs >= fromMs)
  const perSecond = completionRate(served, window)
  if (due.length < fewestRequests || !Number.isFinite(perSecond)) return undefined
  const inside = spans.map(({ from, to }) => Math.min(to, toMs) - Math.max(from, fromMs))
  const timeInside = inside.reduce((sum, ms) => sum + Math.max(0, ms), 0)
  return {
    perSecond,
    latencyMs: mean(due.map(({ latencyMs }) => latencyMs)),
    inSystem: timeInside / (toMs - fromMs),
  }
}

const figures = ['perSecond', 'latencyMs', 'inSystem'] as const

/**
 * L = λW (Little 1961), the median over the runs. A ratio away from 1 says that requests were left
 * out, or that the load was not steady.
 * @returns `undefined` if fewer than ten requests of each run were served
 */
export function checkLittle(
  runs: readonly LoadSample[][],
  window: Window,
): LittleCheck | undefined {
  const checks = runs.map((run) => littleOf(run, window)).filter((check) => check !== undefined)
  if (checks.length === 0) return undefined
  const [perSecond, latencyMs, inSystem] = figures.map((name) =>
    median(checks.map((check) => check[name])),
  ) as [number, number, number]
  const ratios = checks.map((it) => it.inSystem / ((it.perSecond * it.latencyMs) / 1000))
  return { perSecond, latencyMs, inSystem, ratio: median(ratios) }
}
