/** How often comparisons call a load slower or faster: equal ones, and one that is slower. */

import { createRandom } from '../../formats/random.ts'
import { compareLoads, type Judged } from '../../lab/judge/compare.ts'
import { startsToFind } from '../../lab/judge/plan-starts.ts'
import { mapRuns } from '../../lab/judge/run-values.ts'
import type { RunValues } from '../../lab/load-figures.ts'
import { hashSeed } from '../../lab/seeds.ts'
import { createNormal, generateLab, mediansOf, type Shape, type Size } from './generated-lab.ts'
import { type Line, lineOf } from './line.ts'
import { type ShapeName, shapes } from './shapes.ts'

export const comparedStarts: readonly Size[] = [
  { starts: 3, runsPerStart: 2 },
  { starts: 3, runsPerStart: 5 },
  { starts: 3, runsPerStart: 13 },
  { starts: 6, runsPerStart: 2 },
]

/**
 * The runs of both labs apart, or in turns while the machine drifts: both runs of a pair then have
 * a factor in common, whose logarithm has a standard deviation of 0.3.
 */
export type Design = 'apart' | 'in turns'

const driftSd = 0.3

const scaled = (values: RunValues, factors: readonly number[]): RunValues =>
  mapRuns(values, (value, run) => value * (factors[run] as number))

/** The factor of each pair of runs. */
function driftOf({ design, size }: Comparison, seed: number): number[] {
  const pairs = { length: size.starts * size.runsPerStart }
  if (design === 'apart') return Array.from(pairs, () => 1)
  const normal = createNormal(createRandom(hashSeed('drift', seed)))
  return Array.from(pairs, () => Math.exp(driftSd * normal()))
}

type Comparison = { shape: ShapeName; size: Size; design: Design; factor?: number }

/** The median of each run of the six loads of two labs. */
type Medians = { before: RunValues[]; after: RunValues[] }

function generateMedians(shape: ShapeName, size: Size, seed: number): Medians {
  const ofLab = (side: keyof Medians) =>
    generateLab(shapes[shape], size, hashSeed(side, seed)).map(mediansOf)
  return { before: ofLab('before'), after: ofLab('after') }
}

/** Six loads of two labs, judged; the first load of the second one is slower by a factor. */
function compareLabs(medians: Medians, comparison: Comparison, seed: number): Judged[] {
  const { design, factor = 1 } = comparison
  const loads = medians.before.map((before, place) => {
    const drift = driftOf(comparison, hashSeed(seed, place))
    const slower = drift.map((each) => each * (place === 0 ? factor : 1))
    return {
      before: scaled(before, drift),
      after: scaled(medians.after[place] ?? [], slower),
    }
  })
  return compareLoads(loads, { interleaved: design === 'in turns' })
}

const sizeOf = ({ starts, runsPerStart }: Size) => `${starts} × ${runsPerStart} runs`

const nameOf = ({ shape, size, design, factor }: Comparison): string =>
  [
    ...(factor ? [`+${Math.round((factor - 1) * 100)} %`] : []),
    ...[shape, sizeOf(size)],
    ...(design === 'apart' ? [] : [design]),
  ].join(', ')

const isDifferent = ({ verdict }: Judged) => verdict === 'slower' || verdict === 'faster'

/** Equal labs of which any load is called slower or faster: the same labs in each design. */
export const checkFalseAlarms = (
  shape: ShapeName,
  designs: readonly Design[],
  comparisons: number,
): Line[] =>
  comparedStarts.flatMap((size) => {
    const equal = designs.map((design): Comparison => ({ shape, size, design }))
    const alarms = Array.from({ length: comparisons }, (_, seed) => {
      const medians = generateMedians(shape, size, seed)
      return equal.map((each) => Number(compareLabs(medians, each, seed).some(isDifferent)))
    })
    return equal.map((each, place) => {
      const ofDesign = alarms.map((alarm) => alarm[place] as number)
      return lineOf(nameOf(each), ofDesign, { atMost: 0.06 })
    })
  })

/** A load that is slower and is called so, and how often its interval includes the true factor. */
function checkPower(slower: Required<Comparison>, comparisons: number): Line[] {
  const judged = Array.from({ length: comparisons }, (_, seed) => {
    const medians = generateMedians(slower.shape, slower.size, seed)
    return compareLabs(medians, slower, seed)[0]
  })
  const found = judged.map((each) => Number(each?.verdict === 'slower'))
  const covered = judged.map((each) => Number(includes(each, slower.factor)))
  const name = nameOf(slower)
  return [
    lineOf(name, found, { atLeast: 0.9 }),
    lineOf(`${name}, interval`, covered, { atLeast: 0.93 }),
  ]
}

const includes = (judged: Judged | undefined, factor: number): boolean => {
  const { low, high } = judged?.difference?.interval ?? { low: 0, high: 0 }
  return low <= factor && factor <= high
}

const unplanned: readonly [ShapeName, Size][] = [
  ['run effect 5 %', { starts: 3, runsPerStart: 2 }],
  ['run effect 15 %', { starts: 4, runsPerStart: 10 }],
  ['run effect 15 %', { starts: 3, runsPerStart: 13 }],
]

/** Without a start effect: six quiet runs, and forty noisy ones. */
export const checkPowers = (comparisons: number): Line[] =>
  unplanned.flatMap(([shape, size]) =>
    checkPower({ shape, size, design: 'apart', factor: 1.2 }, comparisons),
  )

const planned: readonly [ShapeName, runsPerStart: number, change: number][] = [
  ['run effect 5 %, start effect 2.5 %', 2, 0.2],
  ['run effect 5 %, start effect 2.5 %', 5, 0.05],
  ['run effect 15 %, start effect 7.5 %', 2, 0.2],
  ['run effect 15 %, start effect 7.5 %', 10, 0.2],
]

/** With a start effect: so many starts as the planner says. */
export const checkPlans = (design: Design, comparisons: number): Line[] =>
  planned.flatMap(([shape, runsPerStart, change]) => {
    const { runSd = 0, startSd = 0 }: Shape = shapes[shape]
    const ratio = (startSd / runSd) ** 2
    const interleaved = design === 'in turns'
    const starts = startsToFind({ change, runSd, ratio, runsPerStart, interleaved })
    if (starts === undefined) throw new Error(`No number of starts finds ${change} of ${shape}`)
    const slower = { shape, size: { starts, runsPerStart }, design, factor: 1 + change }
    return checkPower(slower, comparisons)
  })
