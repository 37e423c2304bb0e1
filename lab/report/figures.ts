/** Figures and sentences as the report writes them. */
import { scenarioOf } from '../../model/scenarios.ts'
import type { Estimate, Unit } from '../load-figures.ts'

// Keeps a number and its unit on one line.
const space = '\u00a0'

/** A number with at most three significant digits, without an exponent. */
export const rounded = (value: number): string =>
  String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))).replace(
    /^-/,
    '−',
  )

// Narrow intervals need more digits than a terminal shows.
const millisecondsInWords = (ms: number) =>
  Math.abs(ms) < 999.5 ? `${rounded(ms)}${space}ms` : `${(ms / 1000).toFixed(3)}${space}s`

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

/** A share with its sign, in per cent, to a hundredth: `+17 %`, `−3.2 %`. */
export function signedPercent(share: number): string {
  const percent = Number((share * 100).toFixed(2))
  if (percent === 0) return `0${space}%`
  return `${percent > 0 ? '+' : ''}${inUnit(percent, '%')}`
}

/** A share off a prediction with its interval: `+17 % (+15 % to +19 %)`. */
export const errorInWords = ({ value, interval }: Estimate): string =>
  interval
    ? `${signedPercent(value)} (${signedPercent(interval.low)} to ${signedPercent(interval.high)})`
    : signedPercent(value)

/** `2 payment + external API` */
export const scenarioTitle = (scenario: number): string =>
  `${scenario} ${scenarioOf(scenario).title}`

/** `2026-11-25 18:10 UTC` */
export const dateInWords = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`

/** A sentence that is written over several lines of code. */
export const prose = (strings: TemplateStringsArray, ...values: (string | number)[]): string =>
  String.raw({ raw: strings }, ...values).replaceAll(/\s*\n\s*/g, ' ')
