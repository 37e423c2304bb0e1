import { expect, test } from 'vitest'
import { mannWhitney } from './rank-test.ts'

// Hollander and Wolfe, Nonparametric Statistical Methods, 69: permeability of the placenta. R's
// wilcox.test prints W = 35, p = 0.1272 for one side.
const atTerm = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
const early = [1.15, 0.88, 0.9, 0.74, 1.21]

test('the exact test agrees with R', () => {
  const { u, p } = mannWhitney(atTerm, early)
  expect(u).toBe(35)
  expect(p).toBeCloseTo(2 * 0.1272, 4)
})

// R's data set airquality: wilcox.test(Ozone ~ Month, subset = Month %in% c(5, 8)) prints W =
// 127.5, p = 0.0001208.
const may = [
  41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115,
  37,
]
const august = [
  39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118,
  84, 85,
]

test('the approximation with ties agrees with R', () => {
  const { u, p } = mannWhitney(may, august)
  expect(u).toBe(127.5)
  expect(p).toBeCloseTo(0.0001208, 6)
})

test('six runs that are all slower have the smallest p', () => {
  const { p, cliffsDelta } = mannWhitney([7, 8, 9, 10, 11, 12], [1, 2, 3, 4, 5, 6])
  expect(p).toBeCloseTo(2 / 924, 12)
  expect(cliffsDelta).toBe(1)
})

test('equal values are no difference', () => {
  expect(mannWhitney([3, 3, 3], [3, 3, 3])).toEqual({ u: 4.5, p: 1, cliffsDelta: 0 })
})
