import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRandom } from '../../formats/random.ts'
import { createSlots, type SlotRefusedError } from '../../runtime/admission/slots.ts'
import { drawStartTimes } from './arrivals.ts'
import { type Duration, drawMs } from './service.ts'
import { createStation, type Outcome } from './station.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => void vi.useRealTimers())

type Case = {
  slots: number
  queueLimit: number
  queueTimeoutMs: number
  perSecond: number
  service: Duration
}

// Whole milliseconds, as timers have them, so long that no two events meet.
const scale = 1000
const whole = (ms: number) => Math.round(ms * scale)
const arrivalsOf = ({ perSecond }: Case) =>
  drawStartTimes({ arrivals: 'poisson', perSecond, seconds: 400 / perSecond, seed: 3 }).map(whole)

function createDraws({ service }: Case) {
  const random = createRandom(4)
  return () => whole(drawMs(service, random))
}

function simulated(each: Case): Outcome[] {
  const outcomes: Outcome[] = []
  const { queueTimeoutMs, ...options } = each
  const draw = createDraws(each)
  const station = createStation({
    ...options,
    queueTimeoutMs: whole(queueTimeoutMs),
    hold: () => ({ heldMs: draw() }),
    onOutcome: (outcome) => outcomes.push(outcome),
  })
  for (const time of arrivalsOf(each)) station.arrive(time)
  station.finish()
  return outcomes
}

/**
 * The same arrivals at the slots of a real container, on a clock that jumps from event to event.
 */
async function played(each: Case): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const draw = createDraws(each)
  const { slots: concurrency, queueLimit, queueTimeoutMs } = each
  const slots = createSlots({ concurrency, queueLimit, queueTimeoutMs: whole(queueTimeoutMs) })
  const start = Date.now()
  async function request(arrivedMs: number) {
    try {
      await slots.acquire()
    } catch (error) {
      const { reason } = error as SlotRefusedError
      return void outcomes.push({ arrivedMs, refusal: reason as 'queue_full' })
    }
    const heldMs = draw()
    outcomes.push({ arrivedMs, waitedMs: Date.now() - start - arrivedMs, heldMs })
    setTimeout(() => slots.release(heldMs), heldMs)
  }
  for (const time of arrivalsOf(each)) setTimeout(request, time, time)
  await vi.runAllTimersAsync()
  return outcomes
}

const container = { slots: 4, queueLimit: 10, queueTimeoutMs: 300, perSecond: 40 }

test.each<[string, Case, string[]]>([
  ['below the ceiling', { ...container, perSecond: 20, service: { exponentialMs: 100 } }, []],
  [
    'with a full queue',
    { ...container, queueTimeoutMs: 1000, service: { fixedMs: 150 } },
    ['queue_full'],
  ],
  ['with a short time limit', { ...container, service: { fixedMs: 200 } }, ['wait_too_long']],
  [
    'with uncertain waits',
    { ...container, queueLimit: 50, service: { exponentialMs: 150 } },
    ['wait_too_long', 'queue_timeout'],
  ],
  ['without a queue', { ...container, queueLimit: 0, service: { fixedMs: 150 } }, ['queue_full']],
])('the simulation agrees with real slots %s', async (_, each, refusals) => {
  const expected = await played(each)
  expect(simulated(each)).toEqual(expected)
  const reasons = expected.flatMap((outcome) => ('refusal' in outcome ? [outcome.refusal] : []))
  expect(reasons).toEqual(expect.arrayContaining(refusals))
})
