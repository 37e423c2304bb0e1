import { expect, test } from 'vitest'
import type { Measurement } from '../measurement.ts'
import { settingFacts } from './conditions.ts'

test('experiments that share a setting stand together', () => {
  const settings = {
    baseline: { CONCURRENCY: 40, DB_POOL_MAX: 10 },
    capacity: { CONCURRENCY: 10, DB_POOL_MAX: 10 },
    together: { CONCURRENCY: 40, DB_POOL_MAX: 10 },
  }
  expect(settingFacts({ settings } as unknown as Measurement)).toEqual([
    ['CONCURRENCY', '40 (baseline, together) · 10 (capacity)'],
    ['DB_POOL_MAX', '10'],
  ])
})
