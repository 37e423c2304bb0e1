import { expect, test } from 'vitest'
import type { Faults } from '../lab/faults.ts'
import { inWords } from './fault.ts'

test.each<[Faults, string]>([
  [{ latency: '400' }, 'each request takes 400 ms longer'],
  [{ latency: 'uniform:100:500' }, 'each request takes 100 to 500 ms longer'],
  [
    { latency: 'normal:400:50', seed: 7 },
    'each request takes 400 ± 50 ms longer (normally distributed), with seed 7',
  ],
  [
    { latency: 'exponential:400', error_rate: 0.1 },
    'each request takes 400 ms longer on average (exponentially distributed), 10 % of the requests fail',
  ],
  [
    { refuse: true, after_ms: 5000, for_ms: 10_000 },
    'connections are refused, after 5 s, for 10 s',
  ],
])('describes %j in words', (faults, words) => {
  expect(inWords({ faults, servedBy: 'a' }, false)).toBe(words)
})

test('names a replica only where there are several', () => {
  const replica = { faults: undefined, servedBy: '6f1c' }
  expect(inWords(replica, false)).toBe('works as designed')
  expect(inWords(replica, true)).toBe('works as designed (6f1c)')
})
