/** Plays a scenario in the asynchronous style, and waits until the work that was accepted is done. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '../../db/schema.ts'
import { clocks } from '../../model/clocks.ts'
import type { Scenario } from '../../model/scenarios.ts'
import { readTimes, type Times } from '../clocks/read-clocks.ts'
import type { Target } from '../target.ts'
import { isSlow, readLeastMs } from './play.ts'
import { type Answer, send } from './send.ts'

export type AcceptedResult = {
  status: number
  leastMs: number
  acceptedMs: number
  /** From the request as well; `undefined` if it was not accepted, or is not done in time. */
  times: Times | undefined
  /** `as expected`, or the difference. */
  verdict: string
  asExpected: boolean
}

/** Where the outcome of a scenario is read, and how it should be. */
type Outcome = { path: (body: Answer['body']) => string; isDesigned: (body: Body) => boolean }
type Body = { status?: unknown; result?: Record<string, unknown> }

const outcomes: Partial<Record<Scenario['number'], Outcome>> = {
  2: {
    path: ({ payment_id }) => `/jobs/${payment_id}`,
    isDesigned: ({ status }) => status === 'completed',
  },
  4: {
    path: ({ job_id }) => `/jobs/${job_id}`,
    isDesigned: ({ status, result }) => status === 'completed' && Number(result?.iterations) > 0,
  },
  5: { path: ({ id }) => `/orders/${id}`, isDesigned: ({ status }) => status === 'failed' },
}

const pollMs = 25

/** How long messages wait until their consumer looks for them, if none wakes it. */
const looksMs: Partial<Record<Scenario['number'], number>> = { 6: 1000 }

/** Waits for the times of a request; `undefined` if it is not done in time. */
async function untilConsistent(
  db: Db,
  scenario: Scenario,
  { id, limitMs }: { id: string; limitMs: number },
): Promise<Times | undefined> {
  const end = performance.now() + limitMs
  for (;;) {
    const times = await readTimes(db, scenario, id)
    if (times || performance.now() > end) return times
    await delay(pollMs)
  }
}

export type PlayOptions = {
  target: Target
  /** The database of the lab, which has the times. */
  db: Db
  /** How long a request may take beyond its waits. */
  patienceMs?: number
}

/**
 * Plays one scenario once, and compares it with what was designed.
 * @throws TypeError if the lab cannot be reached, or the error of the database
 */
export async function playAccepted(
  scenario: Scenario,
  { target, db, patienceMs = 60_000 }: PlayOptions,
): Promise<AcceptedResult> {
  const leastMs = await readLeastMs(scenario, target)
  const url = target.urls[scenario.function]
  const { id, status, body, measuredMs: acceptedMs } = await send(scenario, url)
  const isAccepted = status === scenario.acceptedStatus
  const limitMs = leastMs * 3 + patienceMs
  const since = isAccepted ? await untilConsistent(db, scenario, { id, limitMs }) : undefined
  const times = since && {
    completedMs: acceptedMs + since.completedMs,
    consistentMs: acceptedMs + since.consistentMs,
  }
  const problem = isAccepted
    ? ((await problemOf(scenario, { url, body })) ?? timeProblem(scenario, { times, leastMs }))
    : `answered ${status}: ${JSON.stringify(body.detail ?? body)}`
  const usualMs = leastMs + (looksMs[scenario.number] ?? 0)
  const slow = times && isSlow(times.completedMs, usualMs) ? ', but slow' : ''
  const verdict = problem ?? `as expected${slow}`
  return { status, leastMs, acceptedMs, times, verdict, asExpected: problem === undefined }
}

/** The outcome that a client is told, if it is not the designed one. */
async function problemOf(
  { number }: Scenario,
  { url, body }: { url: string; body: Answer['body'] },
): Promise<string | undefined> {
  const outcome = outcomes[number]
  if (!outcome) return undefined
  const path = outcome.path(body)
  const told = (await (await fetch(url + path)).json()) as Body
  return outcome.isDesigned(told) ? undefined : `${path} is ${String(told.status)}`
}

function timeProblem(
  { number }: Scenario,
  { times, leastMs }: Pick<AcceptedResult, 'times' | 'leastMs'>,
): string | undefined {
  if (!times) return `not done: ${clocks[number].consistent.join(', ')}`
  return times.completedMs < leastMs ? 'faster than its minimum time' : undefined
}
