import { expect, test } from 'vitest'
import { parseServerTiming } from './server-timing.ts'

test('adds up entries of one name and ignores descriptions', () => {
  const header = 'db;dur=1.5,db;dur=2,email;dur=500.0, total;dur=510;desc="Total Response Time"'
  expect([...parseServerTiming(header)]).toEqual([
    ['db', 3.5],
    ['email', 500],
    ['total', 510],
  ])
})

test('reads nothing from a missing header', () => {
  expect(parseServerTiming(null).size).toBe(0)
})
