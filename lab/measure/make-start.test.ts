import { expect, test } from 'vitest'
import { scheduleRuns } from '../experiment.ts'
import { baseline } from '../experiments/one-client.ts'
import { takeTurns } from './make-start.ts'

const planned = scheduleRuns({ ...baseline.quick, runsPerStart: 30 }, { seed: 1, to: 1 })

test('each run is made of both sides, one right after the other', () => {
  const turns = takeTurns(planned, ['before', 'after'])
  expect(turns).toHaveLength(2 * planned.length)
  for (const [index, run] of planned.entries()) {
    const pair = turns.slice(2 * index, 2 * index + 2)
    expect(pair.map((turn) => turn.run)).toEqual([run, run])
    expect(pair.map(({ side }) => side).sort()).toEqual(['after', 'before'])
  }
})

test('each side begins about as often as the other', () => {
  const begins = takeTurns(planned, ['before', 'after']).filter((_, turn) => turn % 2 === 0)
  const first = begins.filter(({ side }) => side === 'before').length
  expect(first).toBeGreaterThan(7)
  expect(first).toBeLessThan(23)
})

test('one side alone makes the runs in their order', () => {
  expect(takeTurns(planned, ['only']).map(({ run }) => run)).toEqual(planned)
})
