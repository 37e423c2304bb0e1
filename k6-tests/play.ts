import { check } from 'k6'
import exec from 'k6/execution'
import http from 'k6/http'
import { Counter, Rate, Trend } from 'k6/metrics'
import { honoPattern } from '../model/scenarios.ts'
import { servedByHeader } from '../model/served-by.ts'
import { parseServerTiming } from '../model/server-timing.ts'
import type { FunctionName } from '../model/services.ts'
import { answerless, type Failure } from './failures.ts'
import { judge } from './judge.ts'
import { failuresOf, metricNames, phasesOf } from './metric-names.ts'
import type { LabSettings, Scenario } from './scenario.ts'

/** The result of `setup`, which every user gets. */
export type Run = { id: string; settings: LabSettings }

/** The outcome of one exchange. */
export type Outcome = {
  failure: Failure | undefined
  durationMs: number
  phases: ReadonlyMap<string, number>
  /** The replica that answered. */
  servedBy?: string | undefined
}

export type PlayerOptions = {
  urls: Record<FunctionName, string>
  /** How long k6 waits for a response, in milliseconds. */
  timeout: number
}

const parse = (body: unknown): unknown => {
  try {
    return JSON.parse(String(body))
  } catch {
    return undefined
  }
}

// k6 writes the names of headers as Go does.
const canonical = (name: string) => name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase())
const servedByName = canonical(servedByHeader)

const headers = { 'Content-Type': 'application/json' }

/** Returns a function that sends a scenario's request once, and judges the response. */
export function createSender(scenario: Scenario, { urls, timeout }: PlayerOptions) {
  const { method, route, status } = scenario
  // Expect the saga's 400. Group URLs by route.
  const params = {
    headers,
    timeout,
    // Overrides --discard-response-bodies: the body decides whether a response is a success.
    responseType: 'text' as const,
    tags: { name: honoPattern(route) },
    responseCallback: http.expectedStatuses(status),
  }
  return (run: Run): Outcome => {
    const { idInTest, iterationInInstance: count } = exec.vu
    const { path, body } = scenario.request({
      unique: `load-${run.id}-${idInTest}-${count}`,
      count,
    })
    const response = http.request(
      method,
      urls[scenario.function] + path,
      JSON.stringify(body),
      params,
    )
    const answer = {
      status: response.status,
      errorCode: response.error_code,
      body: parse(response.body),
    }
    const durationMs = response.timings.duration
    const failure = judge(scenario, { sent: body, answer, durationMs, settings: run.settings })
    return {
      failure,
      durationMs,
      phases: parseServerTiming(response.headers['Server-Timing'] ?? null),
      servedBy: response.headers[servedByName],
    }
  }
}

/** The time outside all phases, in milliseconds. */
const ownTime = (phases: ReadonlyMap<string, number>) => {
  const total = phases.get('total') ?? 0
  return Math.max(
    0,
    [...phases].reduce((rest, [name, time]) => (name === 'total' ? rest : rest - time), total),
  )
}

/**
 * Returns a function that plays a scenario once and records the outcome in the scenario's metrics.
 */
export function createPlayer(scenario: Scenario, options: PlayerOptions) {
  const names = metricNames(scenario)
  const send = createSender(scenario, options)
  const started = new Counter(names.started)
  const requests = new Counter(names.requests)
  const failed = new Rate(names.failed)
  const success = new Trend(names.success)
  const duration = new Trend(names.duration, true)
  const phaseTrends = new Map(
    phasesOf(scenario).map((phase) => [phase, new Trend(names.phase(phase), true)]),
  )
  const failures = new Map(
    failuresOf(scenario).map((failure) => [failure, new Counter(names.failure(failure))]),
  )
  return (run: Run): void => {
    started.add(1)
    const { failure, durationMs, phases } = send(run)
    requests.add(1)
    failed.add(failure !== undefined)
    success.add(failure ? 0 : 1)
    checkAll(scenario, failure)
    if (failure) return void failures.get(failure)?.add(1)
    duration.add(durationMs)
    for (const [phase, trend] of phaseTrends)
      trend.add(phase === 'own' ? ownTime(phases) : (phases.get(phase) ?? 0))
  }
}

/** k6's own checks, so that its other outputs agree. */
function checkAll(
  { number, title, status, waitsFor }: Scenario,
  failure: Failure | undefined,
): void {
  const name = `${number} ${title}`
  check(failure, {
    [`${name}: answers ${status}`]: (it) =>
      it === undefined || !(answerless.includes(it) || it === 'completed' || it === 'not_reserved'),
    [`${name}: answers as designed`]: (it) => it === undefined || it === 'too_fast',
    ...(waitsFor && {
      [`${name}: takes at least its minimum time`]: (it) => it !== 'too_fast',
    }),
  })
}
