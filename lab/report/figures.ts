/** Figures and sentences as the report writes them. */
import { scenarioOf } from '../../model/scenarios.ts'
import type { Estimate, JudgedClaim } from '../measurement.ts'

export type Unit = JudgedClaim['unit']

// Keeps a number and its unit on one line.
const space = '\u00a0'

/** A number with at most three significant digits, without an exponent. */
export const rounded = (value: number): string =>
  Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))

// Narrow intervals need more digits than a terminal shows.
const millisecondsInWords = (ms: number) =>
  ms < 999.5 ? `${rounded(ms)}${space}ms` : `${(ms / 1000).toFixed(3)}${space}s`

/** A value with its unit: `2.014 s`, `48.7/s`, `33.4 %`. Percentages are out of 100. */
export function inUnit(value: number | null, unit: Unit): string {
  // JSON has no NaN: a value that could not be measured is null.
  if (value === null || !Number.isFinite(value)) return '–'
  if (unit === 'ms') return millisecondsInWords(value)
  if (unit === '/s') return `${rounded(value)}/s`
  return unit === '×' ? `${rounded(value)}×` : `${rounded(value)}${space}%`
}

/** Both ends of an interval: `198 ms to 203 ms`. */
export const rangeInUnit = (low: number, high: number, unit: Unit): string =>
  `${inUnit(low, unit)} to ${inUnit(high, unit)}`

/** A value with its interval, if it has one. */
export const estimateInUnit = ({ value, interval }: Estimate, unit: Unit): string =>
  interval
    ? `${inUnit(value, unit)} (${rangeInUnit(interval.low, interval.high, unit)})`
    : inUnit(value, unit)

/** A value with the ends of its interval; without one, these are the value. */
export const withEnds = ({ value, interval }: Estimate) => ({
  value,
  low: interval?.low ?? value,
  high: interval?.high ?? value,
})

/** The range that a claim allows, in words. */
export function allowedInWords({ allowed, unit }: JudgedClaim): string {
  const { atMost } = allowed
  // No figure is below 0 anyway.
  const atLeast = (allowed.atLeast ?? 0) > 0 ? allowed.atLeast : undefined
  if (atLeast !== undefined && atMost !== undefined) return rangeInUnit(atLeast, atMost, unit)
  if (atLeast !== undefined) return `at least ${inUnit(atLeast, unit)}`
  return atMost === undefined ? 'any value' : `at most ${inUnit(atMost, unit)}`
}

/** `2 payment + external API` */
export const scenarioTitle = (scenario: number): string =>
  `${scenario} ${scenarioOf(scenario).title}`

/** `2026-11-25 18:10 UTC` */
export const dateInWords = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`

/** A sentence that is written over several lines of code. */
export const prose = (strings: TemplateStringsArray, ...values: (string | number)[]): string =>
  String.raw({ raw: strings }, ...values).replaceAll(/\s*\n\s*/g, ' ')
