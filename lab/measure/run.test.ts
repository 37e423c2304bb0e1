import { expect, test } from 'vitest'
import { loadSample } from '../../tests/load-sample.ts'
import { countAnswers } from '../judge/replica-shares.ts'
import { numberReplicas } from './run.ts'

const sample = (servedBy?: string) => ({ ...loadSample(), servedBy })

test('a run names each replica once', () => {
  const { replicas, samples } = numberReplicas(['b', 'a', 'b', undefined].map(sample))
  expect(replicas).toEqual(['b', 'a'])
  expect(samples.map(({ servedBy }) => servedBy)).toEqual([0, 1, 0, undefined])
})

test('answers are counted by replica', () => {
  const { replicas, samples } = numberReplicas(['b', 'a', 'b', undefined].map(sample))
  expect(countAnswers(samples, replicas)).toEqual({ a: 1, b: 2 })
})
