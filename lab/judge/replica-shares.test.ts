import { expect, test } from 'vitest'
import type { LoadMeasurement } from '../load-figures.ts'
import { allReplicas, lastShares, shareRange } from './replica-shares.ts'

const answeredBy: Record<string, number>[] = [
  { a: 40, b: 60 },
  { c: 3, d: 1 },
]
const load = { answeredBy } as LoadMeasurement

test('the replicas of the last run come with the largest share first', () => {
  expect(lastShares(load)).toEqual([
    { name: 'c', share: 0.75 },
    { name: 'd', share: 0.25 },
  ])
})

test('the range of shares is that of all runs', () => {
  expect(shareRange(load)).toEqual({ low: 0.25, high: 0.75 })
})

test('results of an earlier version name no replica', () => {
  const earlier = {} as LoadMeasurement
  expect([lastShares(earlier), shareRange(earlier)]).toEqual([[], undefined])
  expect(allReplicas([earlier, load])).toEqual(['a', 'b', 'c', 'd'])
})
