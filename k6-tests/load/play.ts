import { check } from 'k6'
import exec from 'k6/execution'
import http from 'k6/http'
import { Counter, Trend } from 'k6/metrics'
import type { LoadSample } from '../../formats/samples.ts'
import { parseServerTiming } from '../../formats/server-timing.ts'
import { servedByHeader } from '../../model/routes.ts'
import { honoPattern } from '../../model/scenarios.ts'
import type { FunctionName } from '../../model/services.ts'
import { nowMs } from './clock.ts'
import { answerless, type Failure } from './failures.ts'
import { exceptions, failuresOf, metricNames, phasesOf } from './metric-names.ts'
import { failureOf, type LabSettings, type Scenario } from './scenarios.ts'
import { type WarmUp, warmupMsOf } from './warm-up.ts'

/** The result of `setup`, which every user gets. */
export type Run = { id: string; settings: LabSettings }

/** One request and its answer. */
export type Exchange = {
  id: string
  failure: Failure | undefined
  /** When it was sent, by `nowMs`. */
  sentMs: number
  /** From then to the last byte of the answer, with the time to open a connection. */
  latencyMs: number
  phases: Record<string, number>
  servedBy?: string | undefined
}

/** An exchange as its client waited for it. */
export type Outcome = Pick<Exchange, 'id' | 'failure' | 'phases'> &
  Pick<LoadSample, 'dueMs' | 'lateMs' | 'latencyMs'>

/** Counts lateness as waiting: the client has it in either case. */
export const outcomeOf = (
  exchange: Exchange,
  { setupMs }: { setupMs: number },
  lateMs: number,
): Outcome => ({
  ...exchange,
  dueMs: exchange.sentMs - lateMs - setupMs,
  lateMs,
  latencyMs: exchange.latencyMs + lateMs,
})

/** Learns when requests begin, and how they end. */
export type Recorder = {
  begin: (count?: number) => void
  end: (outcome: Outcome, load: WarmUp) => void
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
  return (run: Run): Exchange => {
    const { idInTest, iterationInInstance: count } = exec.vu
    const id = `${run.id}-${number}-${idInTest}-${count}`
    const { path, body: sent } = scenario.request({ unique: id, count })
    const headers = { 'Content-Type': 'application/json', 'X-Request-Id': id }
    const url = urls[scenario.function] + path
    const text = JSON.stringify(sent)
    const sentMs = nowMs()
    const response = http.request(method, url, text, { ...params, headers })
    const { status, error_code: errorCode, body, timings } = response
    const durationMs = timings.duration
    const answer = { status, errorCode, body: parse(body) }
    return {
      id,
      failure: failureOf(scenario, { sent, answer, durationMs, settings: run.settings }),
      sentMs,
      // k6 has no times of a request without an answer. Blocked includes DNS, connecting and TLS.
      latencyMs: status === 0 ? nowMs() - sentMs : timings.blocked + durationMs,
      phases: Object.fromEntries(parseServerTiming(response.headers['Server-Timing'] ?? null)),
      servedBy: response.headers[servedByName],
    }
  }
}

/** The time outside all phases, in milliseconds. To publish is to store, a part of `db`. */
function ownTime({ total = 0, publish: _, ...phases }: Record<string, number>): number {
  const spent = Object.values(phases).reduce((sum, ms) => sum + ms, 0)
  return Math.max(0, total - spent)
}

/** Records outcomes in the metrics of a scenario. Call it while the script is initialised. */
export function recordMetrics(scenario: Scenario): Recorder {
  const names = metricNames(scenario)
  const started = new Counter(names.started)
  const warmup = new Counter(names.warmup)
  const warmupFailures = new Counter(names.warmupFailures)
  const requests = new Counter(names.requests)
  const success = new Trend(names.success)
  const duration = new Trend(names.duration, true)
  const trends = phasesOf(scenario).map(
    (name) => [name, new Trend(names.phase(name), true)] as const,
  )
  const failures = new Map(
    failuresOf(scenario).map((failure) => [failure, new Counter(names.failure(failure))]),
  )
  const begin = (count = 1) => void started.add(count)
  const endWarmup = (failure?: Failure) => {
    warmup.add(1)
    warmupFailures.add(failure ? 1 : 0)
  }
  const end: Recorder['end'] = ({ failure, dueMs, latencyMs, phases }, load) => {
    checkAll(scenario, failure)
    if (dueMs < warmupMsOf(scenario, load)) return endWarmup(failure)
    requests.add(1)
    success.add(failure ? 0 : 1)
    if (failure) return void failures.get(failure)?.add(1)
    duration.add(latencyMs)
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
