import { check } from 'k6'
import exec from 'k6/execution'
import http from 'k6/http'
import { Counter, Trend } from 'k6/metrics'
import { parseServerTiming } from '../../formats/server-timing.ts'
import { servedByHeader } from '../../model/routes.ts'
import { honoPattern } from '../../model/scenarios.ts'
import type { FunctionName } from '../../model/services.ts'
import { answerless, type Failure } from './failures.ts'
import { exceptions, failuresOf, metricNames, phasesOf } from './metric-names.ts'
import { failureOf, type LabSettings, type Scenario } from './scenarios.ts'

/** The result of `setup`, which every user gets. */
export type Run = { id: string; settings: LabSettings }

/** The outcome of one exchange. */
export type Outcome = {
  /** The `x-request-id` of the request. */
  id: string
  failure: Failure | undefined
  durationMs: number
  phases: Record<string, number>
  /** The replica that answered. */
  servedBy?: string | undefined
}

/** Learns when requests begin, and how they end. */
export type Recorder = { begin: () => void; end: (outcome: Outcome) => void }

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

type Address = { urls: Record<FunctionName, string>; timeout: number }

/**
 * Returns a function that sends a scenario's request once, and checks the response, for which it
 * waits `timeout` milliseconds.
 */
export function createSender(scenario: Scenario, { urls, timeout }: Address) {
  const { number, method, route, status } = scenario
  // Expect the saga's 400. Group URLs by route.
  const params = {
    timeout,
    // Overrides --discard-response-bodies: the body decides whether a response is a success.
    responseType: 'text' as const,
    tags: { name: honoPattern(route) },
    responseCallback: http.expectedStatuses(status),
  }
  return (run: Run): Outcome => {
    const { idInTest, iterationInInstance: count } = exec.vu
    const id = `${run.id}-${number}-${idInTest}-${count}`
    const { path, body: sent } = scenario.request({ unique: id, count })
    const headers = { 'Content-Type': 'application/json', 'X-Request-Id': id }
    const url = urls[scenario.function] + path
    const response = http.request(method, url, JSON.stringify(sent), { ...params, headers })
    const durationMs = response.timings.duration
    const { status, error_code: errorCode, body } = response
    const answer = { status, errorCode, body: parse(body) }
    return {
      id,
      failure: failureOf(scenario, { sent, answer, durationMs, settings: run.settings }),
      durationMs,
      phases: Object.fromEntries(parseServerTiming(response.headers['Server-Timing'] ?? null)),
      servedBy: response.headers[servedByName],
    }
  }
}

/** The time outside all phases, in milliseconds. */
function ownTime({ total = 0, ...phases }: Record<string, number>): number {
  const spent = Object.values(phases).reduce((sum, ms) => sum + ms, 0)
  return Math.max(0, total - spent)
}

/** Records outcomes in the metrics of a scenario. Call it while the script is initialised. */
export function recordMetrics(scenario: Scenario): Recorder {
  const names = metricNames(scenario)
  const started = new Counter(names.started)
  const requests = new Counter(names.requests)
  const success = new Trend(names.success)
  const duration = new Trend(names.duration, true)
  const trends = phasesOf(scenario).map(
    (name) => [name, new Trend(names.phase(name), true)] as const,
  )
  const failures = new Map(
    failuresOf(scenario).map((failure) => [failure, new Counter(names.failure(failure))]),
  )
  const begin = () => void started.add(1)
  const end: Recorder['end'] = ({ failure, durationMs, phases }) => {
    requests.add(1)
    success.add(failure ? 0 : 1)
    checkAll(scenario, failure)
    if (failure) return void failures.get(failure)?.add(1)
    duration.add(durationMs)
    const times: Record<string, number> = { ...phases, own: ownTime(phases) }
    for (const [name, trend] of trends) trend.add(times[name] ?? 0)
  }
  return { begin, end }
}

/** k6's own checks, so that its other outputs agree. */
function checkAll({ number, title, status, waitsFor }: Scenario, failure?: Failure): void {
  const name = `${number} ${title}`
  const unanswered: Failure[] = [...answerless, 'completed', 'not_reserved']
  check(failure, {
    [`${name}: answers ${status}`]: (it) => !it || !unanswered.includes(it),
    [`${name}: answers as designed`]: (it) => !it || it === 'too_fast',
    ...(waitsFor && { [`${name}: takes at least its minimum time`]: (it) => it !== 'too_fast' }),
  })
}

/**
 * Returns the iteration with its exceptions counted: k6 itself logs them and passes the run. Call it
 * while the script is initialised.
 */
export function countExceptions<Data>(iteration: (data: Data) => void): (data: Data) => void {
  const thrown = new Counter(exceptions)
  return (data) => {
    try {
      iteration(data)
    } catch (error) {
      thrown.add(1)
      throw error
    }
  }
}
