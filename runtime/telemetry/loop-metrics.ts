import type { Logger } from 'pino'
import { Histogram } from 'prom-client'
import { metrics } from '../../model/metrics.ts'
import { honoPattern } from '../../model/scenarios.ts'
import type { RefusedRequest } from '../admission/gated-requests.ts'
import type { LoopGate } from '../admission/loop-gate.ts'
import { gaugesIn } from './gauges.ts'
import type { Metrics } from './metrics.ts'
import type { Route } from './request-metrics.ts'

// The beats of a service at rest were half of its CPU time, so it beats less often.
const beatMs = 100
const restingBeatMs = 1000
const reportMs = 1000

const delayBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Shows what waits for the event loop, beside what waits for a slot. */
export function watchLoop({ registry, slotRefusals }: Metrics, gate: LoopGate): void {
  const gauge = gaugesIn(registry)
  gauge(metrics.loopQueue, () => gate.waiting)
  gauge(metrics.loopWaitEstimate, () => gate.estimateWaitMs() / 1000)
  gauge(metrics.loopWaitLimit, () => gate.waitLimitMs / 1000)
  slotRefusals.inc({ reason: 'loop_lag' }, 0)
  const delay = new Histogram({
    ...metrics.loopDelay,
    buckets: delayBuckets,
    registers: [registry],
  })
  startBeat(gate, (lateMs) => delay.observe(lateMs / 1000))
}

/** Tells how late the loop runs timers: every 100 ms under load, once a second at rest. */
function startBeat(gate: LoopGate, observe: (lateMs: number) => void): void {
  let turnMs = gate.turnMs()
  const next = (periodMs: number) => {
    const due = performance.now() + periodMs
    setTimeout(beat, periodMs, due).unref()
  }
  const beat = (due: number) => {
    observe(Math.max(0, performance.now() - due))
    const isResting = gate.turnMs() === turnMs
    turnMs = gate.turnMs()
    next(isResting ? restingBeatMs : beatMs)
  }
  next(beatMs)
}

/** Logs once a second how many requests were refused: a line for each would cost more than it. */
function logRefusals(logger: Logger): () => void {
  let refused = 0
  const report = () => {
    logger.warn({ refused, reason: 'loop_lag' }, 'requests refused: the event loop is busy')
    refused = 0
  }
  return () => {
    if (refused++ === 0) setTimeout(report, reportMs)
  }
}

/** Counts and logs refused requests under the names that other requests have. */
export function countRefused(
  { countRequest, slotRefusals }: Metrics,
  routes: readonly Route[],
  logger: Logger,
): (request: RefusedRequest) => void {
  const log = logRefusals(logger)
  const patterns = routes.map(({ method, path }) => ({
    method: method.toUpperCase(),
    handler: honoPattern(path),
    matches: new RegExp(`^${path.replaceAll(/{.+?}/g, '[^/]+')}$`),
  }))
  const find = (method: string, path: string) =>
    patterns.find((route) => route.method === method && route.matches.test(path))?.handler ?? '/*'
  return ({ method, path, arrivedMs }) => {
    const seconds = (performance.now() - arrivedMs) / 1000
    countRequest({ method, handler: find(method, path), status: 503, seconds })
    slotRefusals.inc({ reason: 'loop_lag' })
    log()
  }
}
