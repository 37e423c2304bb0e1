import { expect, test } from 'vitest'
import { scenarioOf } from '../../model/scenarios.ts'
import type { CollectedSpan } from '../collector.ts'
import { traceIdOf, typicalOf } from './waterfalls.ts'

const click = scenarioOf(6)

const spanOf = (attempt: number, durationMs: number): CollectedSpan => ({
  traceId: traceIdOf(click.number, attempt),
  spanId: `${attempt}`,
  service: 'analyticsservice',
  name: 'POST /track_click',
  attributes: [],
  startTimeUnixNano: `${attempt}000000000`,
  endTimeUnixNano: `${attempt}${String(durationMs).padStart(3, '0')}000000`,
})

test('a typical request has the median length of the last ones', () => {
  const cold = Array.from({ length: 179 }, (_, index) => spanOf(index + 1, 500))
  const last = Array.from({ length: 21 }, (_, index) => spanOf(180 + index, ((index * 8) % 21) + 1))
  const { spans, of } = typicalOf(click, [...cold, ...last])
  expect(spans.map(({ durationMs }) => durationMs)).toEqual([11])
  expect(of).toBe(21)
})

test('a request whose spans are missing is no fast one', () => {
  const { spans, of } = typicalOf(click, [spanOf(198, 4), spanOf(199, 5), spanOf(200, 6)])
  expect(spans.map(({ durationMs }) => durationMs)).toEqual([5])
  expect(of).toBe(3)
})
