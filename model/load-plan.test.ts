import { expect, test } from 'vitest'
import { formatSample, parseSample } from './load-plan.ts'

const sample = {
  load: 'payment-80',
  dueMs: 1250.5,
  lateMs: 0,
  latencyMs: 203.125,
  phases: { queue: 1.5, search: 2 },
  outcome: 'ok',
}

test('a sample is read back as it was written', () => {
  expect(parseSample(formatSample(sample))).toEqual(sample)
})

test('a sample names the replica that answered', () => {
  const answered = { ...sample, servedBy: 'f2c0d91b7a3e' }
  expect(parseSample(formatSample(answered))).toEqual(answered)
  const behindProxy = formatSample({ ...sample, servedBy: 'cache-1, f2c0d91b7a3e' })
  expect(parseSample(behindProxy)?.servedBy).toBe('cache-1; f2c0d91b7a3e')
})

test.each([
  '',
  'time="now" level=error msg="boom"',
  'a,1,2',
  'a,x,0,1,ok,,',
  'a,1,2,3,ok,',
  'a,1,2,3,ok,,b,5',
])('the line %j is no sample', (line) => {
  expect(parseSample(line)).toBeUndefined()
})
