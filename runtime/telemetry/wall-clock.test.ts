import { afterEach, expect, test, vi } from 'vitest'
import { clockOrigin } from './wall-clock.ts'

afterEach(() => vi.restoreAllMocks())

const realNow = Date.now

const setClock = (aheadMs: number) =>
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + aheadMs)

test('the origin is the fine one of the process', () => {
  expect(clockOrigin()).toBe(performance.timeOrigin)
})

test('the origin follows a clock that was set', () => {
  const before = clockOrigin()
  const hourMs = 3_600_000
  setClock(2 * hourMs)
  expect(Math.abs(clockOrigin() - before - 2 * hourMs)).toBeLessThan(10)
  expect(clockOrigin()).toBe(clockOrigin())
})
