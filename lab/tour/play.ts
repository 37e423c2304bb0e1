import { parseServerTiming } from '../../formats/server-timing.ts'
import { servedByHeader } from '../../model/routes.ts'
import { settingsOf, type Target } from '../target.ts'
import type { Expectation, Scenario } from './scenarios.ts'

export type Result = {
  expected: Expectation
  /** The status, or the reason why there is none. */
  status: number | string
  /** The latency that the client measured, in milliseconds. */
  measuredMs: number
  /** The parts of `Server-Timing`, in milliseconds. */
  phases: ReadonlyMap<string, number>
  /** `as expected`, or the difference. */
  verdict: string
  asExpected: boolean
  /** The replica that answered. */
  servedBy: string | undefined
}

// An idle machine adds a few milliseconds to the waits. Beyond this, a request is reported as slow.
const slackFactor = 1.2
const slackMs = 250

/**
 * Plays one scenario once and compares it with what theory expects.
 * @throws TypeError if the lab cannot be reached
 */
export async function play(scenario: Scenario, target: Target): Promise<Result> {
  const expected = scenario.expect(
    await settingsOf(target, scenario.waitsFor?.of ?? scenario.function),
  )
  const { path, body: sent } = scenario.request({ unique: `tour-${crypto.randomUUID()}`, count: 0 })
  const url = target.urls[scenario.function]
  // Opens the connection beforehand, because it is not part of the scenario.
  await fetch(`${url}/health`).then((answer) => answer.arrayBuffer())
  const start = performance.now()
  const response = await fetch(url + path, {
    method: scenario.method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(sent),
  })
  const body = (await response.json()) as Record<string, unknown>
  const measuredMs = performance.now() - start
  const phases = parseServerTiming(response.headers.get('server-timing'))
  const wrong =
    response.status === expected.status
      ? (scenario.problem({ status: response.status, body, phases }) ??
        tooFast(measuredMs, expected))
      : `answered ${response.status}: ${JSON.stringify(body.detail ?? body)}`
  const result = {
    expected,
    status: response.status,
    measuredMs,
    phases,
    asExpected: wrong === undefined,
    servedBy: response.headers.get(servedByHeader) ?? undefined,
  }
  return {
    ...result,
    verdict: wrong ?? (isSlow(measuredMs, expected) ? 'as expected, but slow' : 'as expected'),
  }
}

const tooFast = (measuredMs: number, { atLeastMs }: Expectation) =>
  measuredMs < atLeastMs ? 'faster than its minimum time' : undefined

const isSlow = (measuredMs: number, { atLeastMs }: Expectation) =>
  measuredMs > atLeastMs * slackFactor + slackMs
