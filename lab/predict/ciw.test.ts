import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { Random } from '../../formats/random.ts'
import { type ArrivalProcess, createGaps } from './arrivals.ts'
import { createRecord } from './figures.ts'
import { type Duration, drawMs } from './service.ts'
import { createStation } from './station.ts'
import type { Summary } from './summary.ts'

type Case = {
  name: string
  arrivals: ArrivalProcess
  perSecond: number
  slots: number
  queueLimit?: number
  service: Duration | { samplesMs: number[] }
  /** What Ciw found. */
  refusedShare: number
  waitMs: Summary
}

// tests/ciw/figures.py writes it.
const file = new URL('../../tests/ciw/figures.json', import.meta.url)
const figures = JSON.parse(await readFile(file, 'utf8')) as { customers: number; cases: Case[] }

/** The generator of tests/ciw/figures.py. */
function createMinimalStandard(seed: number): Random {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

function play({ arrivals, perSecond, service, ...limits }: Case) {
  const record = createRecord({ resources: [] })
  const random = createMinimalStandard(1_234_567_891)
  const hold = () => ({
    heldMs:
      'samplesMs' in service
        ? (service.samplesMs[Math.floor(random() * service.samplesMs.length)] ?? 0)
        : drawMs(service, random),
  })
  const station = createStation({
    queueLimit: Infinity,
    queueTimeoutMs: Infinity,
    ...limits,
    hold,
    onOutcome: record.add,
  })
  const gap = createGaps({ arrivals, perSecond, random: createMinimalStandard(1) })
  let nowMs = 0
  for (let count = 0; count < figures.customers; count++) {
    nowMs += gap()
    station.arrive(nowMs)
  }
  station.finish()
  return record.figures()
}

test.each(figures.cases)('the requests of $name wait as in Ciw', (each) => {
  const { waitMs, refusals } = play(each)
  for (const key of ['mean', 'p50', 'p95', 'p99'] as const)
    expect(waitMs[key]).toBeCloseTo(each.waitMs[key], 3)
  expect(refusals.queue_full).toBeCloseTo(each.refusedShare, 9)
})
