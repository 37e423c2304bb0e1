import exec from 'k6/execution'
import http from 'k6/http'
import { parseServerTiming } from '../../formats/server-timing.ts'
import { servedByHeader } from '../../model/routes.ts'
import { honoPattern } from '../../model/scenarios.ts'
import type { FunctionName } from '../../model/services.ts'
import type { Failure } from './failures.ts'
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

export type SenderOptions = {
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

/** Returns a function that sends a scenario's request once, and checks the response. */
export function createSender(scenario: Scenario, { urls, timeout }: SenderOptions) {
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
