import exec from 'k6/execution'
import http from 'k6/http'
import { parseServerTiming } from '../formats/server-timing.ts'
import { servedByHeader } from '../model/routes.ts'
import { honoPattern } from '../model/scenarios.ts'
import type { FunctionName } from '../model/services.ts'
import type { Failure } from './failures.ts'
import { judge } from './judge.ts'
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

export type SenderOptions = {
  urls: Record<FunctionName, string>
  /** How long k6 waits for a response, in milliseconds. */
  timeout: number
}

export type PlayerOptions = SenderOptions & { record: Recorder }

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
export function createSender(scenario: Scenario, { urls, timeout }: SenderOptions) {
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

/** What a player tells of each request. */
export type Recorder = {
  begin: () => void
  end: (outcome: Outcome) => void
}

/** Returns a function that plays a scenario once, and tells its recorder. */
export function createPlayer(scenario: Scenario, { record, ...options }: PlayerOptions) {
  const send = createSender(scenario, options)
  return (run: Run): void => {
    record.begin()
    record.end(send(run))
  }
}
