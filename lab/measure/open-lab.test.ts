import { expect, test } from 'vitest'
import { labOptions, type MeasureOptions, withoutFaults } from './open-lab.ts'

test('a calibration has every given setting but the faults', () => {
  const given = { FAULTS: '{"email":{"latency":"400"}}', DB_POOL_MAX: '5' }
  const options = { given, results: { folder: 'results' } } as unknown as MeasureOptions
  expect(labOptions(options).environment).toEqual(given)
  expect(labOptions(withoutFaults(options)).environment).toEqual({ DB_POOL_MAX: '5' })
})
