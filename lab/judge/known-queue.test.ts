import { expect, test } from 'vitest'
import { createRandom, drawExponential } from '../../formats/random.ts'
import { meanWaitMs } from '../predict/erlang.ts'
import { createStation } from '../predict/station.ts'
import type { Run } from '../quantiles.ts'
import { around, judgeInterval } from './criteria.ts'
import { estimateFigure } from './estimate.ts'

const queue = { servers: 4, perSecond: 30, serviceMs: 100 }
const runs = 40

const mean = (values: Run) => values.reduce((sum, value) => sum + value, 0) / values.length

/** The waits of one run of an M/M/4 queue at 75 % load, after its warm-up. */
function waitsOf(seed: number): number[] {
  const random = createRandom(seed)
  const waits: number[] = []
  const station = createStation({
    slots: queue.servers,
    queueLimit: Infinity,
    queueTimeoutMs: Infinity,
    hold: () => ({ heldMs: drawExponential(random, queue.serviceMs) }),
    onOutcome: (outcome) => void ('waitedMs' in outcome && waits.push(outcome.waitedMs)),
  })
  const gapMs = 1000 / queue.perSecond
  for (let nowMs = 0, n = 0; n < 20_000; n++) {
    nowMs += drawExponential(random, gapMs)
    station.arrive(nowMs)
  }
  station.finish()
  return waits.slice(2000)
}

const means = Array.from({ length: runs }, (_, seed) => mean(waitsOf(seed + 1)))
const { interval: measured } = estimateFigure([means])

test('the waits of a generated M/M/4 queue confirm Erlang C', () => {
  expect(judgeInterval(around(meanWaitMs(queue), 0.1), measured)).toBe('confirmed')
})

test('they refute the formula for one server more', () => {
  const wrong = meanWaitMs({ ...queue, servers: 5 })
  expect(judgeInterval(around(wrong, 0.1), measured)).toBe('refuted')
})
