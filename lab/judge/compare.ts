/** Judges whether the loads of two labs differ, all of them together. */
import { type Difference, type FindOptions, findDifferences, type TwoLabs } from './differences.ts'
import { rejectByHolm } from './holm.ts'
import { alikeWithin, moreToTell } from './more-runs.ts'

export type ComparisonVerdict = 'slower' | 'faster' | 'alike' | 'open'

export type Judged = {
  verdict: ComparisonVerdict
  /** The verdict with its figures: `slower by 18 % (12 to 25 %)`. */
  text: string
  /** None if the runs cannot be compared. */
  difference?: Difference
}

/** In per cent, with two significant digits. */
const inPercent = (share: number): string => {
  const shown = Math.abs(share) * 100
  return String(shown < 100 ? Number(shown.toPrecision(2)) : Math.round(shown))
}

/** The same, rounded up. */
const atMostPercent = (share: number): string => {
  const unit = 10 ** (Math.floor(Math.log10(share * 100)) - 1)
  return share === 0 ? '0' : inPercent((Math.ceil((share * 100) / unit - 1e-9) * unit) / 100)
}

function inWords({ ratio, interval }: Difference, verdict: 'slower' | 'faster'): string {
  const ends = [interval.low - 1, interval.high - 1]
  const [least, most] = verdict === 'slower' ? ends : ends.toReversed()
  const range = `${inPercent(least as number)} to ${inPercent(most as number)} %`
  return `${verdict} by ${inPercent(ratio - 1)} % (${range})`
}

/** The farther end of the 90 % interval: both one-sided tests exclude more. */
const mostApart = ({ narrow }: Difference) => Math.max(1 - narrow.low, narrow.high - 1)

function judge(difference: Difference, isDifferent: boolean, level: number): Judged {
  const apart = mostApart(difference)
  if (isDifferent) {
    const verdict = difference.ratio > 1 ? 'slower' : 'faster'
    return { verdict, text: inWords(difference, verdict), difference }
  }
  if (apart <= alikeWithin)
    return { verdict: 'alike', text: `alike within ± ${atMostPercent(apart)} %`, difference }
  const more = moreToTell(difference, level)
  return { verdict: 'open', text: `open: ${more} would tell`, difference }
}

// Of equal labs, any load is called different in at most one of twenty comparisons.
const falseAlarms = 0.05

/**
 * Judges loads of two labs together: one of them differs by chance in at most one of twenty
 * comparisons (Holm). A load that does not differ is alike if two one-sided tests at 5 % exclude 5 %
 * in both directions (Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15, 1987), and
 * open otherwise.
 */
export function compareLoads(loads: readonly TwoLabs[], options: FindOptions = {}): Judged[] {
  const found = findDifferences(loads, options)
  const tested = found.filter((each) => typeof each !== 'string')
  const different = rejectByHolm(
    tested.map(({ p }) => p),
    falseAlarms,
  )
  const level = falseAlarms / tested.length
  return found.map((each) =>
    typeof each === 'string'
      ? { verdict: 'open', text: `open: ${each}` }
      : judge(each, different[tested.indexOf(each)] === true, level),
  )
}
