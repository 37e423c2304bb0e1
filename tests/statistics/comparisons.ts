/** How often comparisons call a load slower or faster: equal ones, and one that is slower. */

import { compareLoads } from '../../lab/judge/compare.ts'
import { startsToFind } from '../../lab/judge/plan-starts.ts'
import type { RunValues } from '../../lab/load-figures.ts'
import { hashSeed } from '../../lab/seeds.ts'
import { generateLab, quantilesOf, type Shape, type Size } from './generated-lab.ts'
import { type Line, lineOf } from './line.ts'
import { type ShapeName, shapes } from './shapes.ts'

export const comparedStarts: readonly Size[] = [
  { starts: 3, runsPerStart: 2 },
  { starts: 3, runsPerStart: 5 },
  { starts: 3, runsPerStart: 13 },
  { starts: 6, runsPerStart: 2 },
]

const slowed = (values: RunValues, factor: number): RunValues =>
  values.map((start) => start.map((value) => value && value * factor))

/** The verdicts on six loads of two labs; the first load of the second one is slower by a factor. */
function compareLabs(shape: Shape, size: Size, seed: number, factor = 1) {
  const [before, after] = ['before', 'after'].map((side) =>
    generateLab(shape, size, hashSeed(side, seed)),
  )
  const loads = (before ?? []).map((load, place) => ({
    before: quantilesOf(load, 0.5),
    after: slowed(quantilesOf(after?.[place] ?? [], 0.5), place === 0 ? factor : 1),
  }))
  return compareLoads(loads).map(({ verdict }) => verdict)
}

const repeat = (comparisons: number, one: (seed: number) => boolean) =>
  Array.from({ length: comparisons }, (_, seed) => Number(one(seed)))

const nameOf = ({ starts, runsPerStart }: Size) => `${starts} × ${runsPerStart} runs`

/** Equal labs of which any load is called slower or faster. */
export const checkFalseAlarms = (shape: ShapeName, comparisons: number): Line[] =>
  comparedStarts.map((size) => {
    const alarms = repeat(comparisons, (seed) =>
      compareLabs(shapes[shape], size, seed).some((it) => it === 'slower' || it === 'faster'),
    )
    return lineOf(`${shape}, ${nameOf(size)}`, alarms, { atMost: 0.06 })
  })

/** A load that is slower by a share and is called so. */
function checkPower(shape: ShapeName, size: Size, change: number, comparisons: number): Line {
  const found = repeat(
    comparisons,
    (seed) => compareLabs(shapes[shape], size, seed, 1 + change)[0] === 'slower',
  )
  const name = `+${change * 100} %, ${shape}, ${nameOf(size)}`
  return lineOf(name, found, { atLeast: 0.9 })
}

/** Without a start effect: six quiet runs, and forty noisy ones. */
export const checkPowers = (comparisons: number): Line[] => [
  checkPower('run effect 5 %', { starts: 3, runsPerStart: 2 }, 0.2, comparisons),
  checkPower('run effect 15 %', { starts: 4, runsPerStart: 10 }, 0.2, comparisons),
  checkPower('run effect 15 %', { starts: 3, runsPerStart: 13 }, 0.2, comparisons),
]

const planned: readonly [ShapeName, runsPerStart: number, change: number][] = [
  ['run effect 5 %, start effect 2.5 %', 2, 0.2],
  ['run effect 5 %, start effect 2.5 %', 5, 0.05],
  ['run effect 15 %, start effect 7.5 %', 2, 0.2],
  ['run effect 15 %, start effect 7.5 %', 10, 0.2],
]

/** With a start effect: so many starts as the planner says. */
export const checkPlans = (comparisons: number): Line[] =>
  planned.map(([name, runsPerStart, change]) => {
    const { runSd = 0, startSd = 0 }: Shape = shapes[name]
    const starts = startsToFind({ change, runSd, ratio: (startSd / runSd) ** 2, runsPerStart })
    if (starts === undefined) throw new Error(`No number of starts finds ${change} of ${name}`)
    return checkPower(name, { starts, runsPerStart }, change, comparisons)
  })
