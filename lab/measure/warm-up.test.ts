import { expect, test } from 'vitest'
import { isSteady } from './warm-up.ts'

const falling = Array.from({ length: 12 }, (_, round) => 10 * 0.95 ** round)

test('latencies that still fall are not steady', () => {
  expect(isSteady(falling)).toBe(false)
})

test('latencies that stay are steady after eight rounds', () => {
  const same = [9, 6, 5, 5.1, 4.9, 5, 5.1, 4.9]
  expect([isSteady(same), isSteady(same.slice(1))]).toEqual([true, false])
})

test('one slow round does not hide the trend', () => {
  expect(isSteady([...falling.slice(0, 11), 30])).toBe(false)
})

test('rising latencies are no warm-up', () => {
  expect(isSteady([...falling].reverse())).toBe(true)
})
