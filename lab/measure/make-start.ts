/** The runs of one start: of one measurement, or of two whose runs take turns. */
import { sum } from 'simple-statistics'
import { createDraw, shuffle } from '../../formats/random.ts'
import {
  type Experiment,
  type PlannedRun,
  scheduleRuns,
  secondsOf,
  secondsOfStart,
} from '../experiment.ts'
import { labSeconds } from '../experiments/profiles.ts'
import type { RunResult } from '../measurement.ts'
import { canonicalJson } from '../predict/predict-loads.ts'
import { hashSeed } from '../seeds.ts'
import { objectionToRun } from './gate.ts'
import type { MeasuredLab } from './measured-lab.ts'
import { type MeasureOptions, openLabOf, sayWarm } from './open-lab.ts'
import { makeRun } from './run.ts'
import { checkSettings } from './shown-settings.ts'
import { warmUp } from './warm-up.ts'

/** One measurement, or two with the same experiments and seed. */
export type Sides = readonly [MeasureOptions, ...MeasureOptions[]]

type StartOptions = {
  /** From 0. */
  start: number
  /** How many there are in all: progress says how long they will take. */
  starts: number
  sides: Sides
}

/** Experiments with equal settings are measured in one lab. */
function labsOf({ experiments, seed }: MeasureOptions, start: number): Experiment[][] {
  const labs = Map.groupBy(experiments, ({ settings }) => canonicalJson(settings))
  return shuffle([...labs.values()], createDraw({ seed: hashSeed(seed, 'labs', start) }))
}

/**
 * Makes the runs of one start that are missing. The labs of all sides are open at once, and each run
 * is made of one side right after the other: what the machine does meanwhile reaches both.
 */
export async function makeStart({ start, starts, sides }: StartOptions): Promise<void> {
  const [{ seed }] = sides
  const labs = labsOf(sides[0], start)
  for (const [index, experiments] of labs.entries()) {
    const planned = experiments.flatMap((experiment) =>
      scheduleRuns(experiment, { seed, from: start, to: start + 1 }),
    )
    const missing: PlannedRun[] = []
    for (const run of planned) if (!(await isMade(run, sides))) missing.push(run)
    if (missing.length === 0) continue
    const laterSeconds =
      secondsFor(labs.slice(index + 1)) + Math.max(0, starts - start - 1) * secondsFor(labs)
    await makeRuns(missing, sides.length * laterSeconds, sides)
  }
}

async function isMade({ id }: PlannedRun, sides: Sides): Promise<boolean> {
  const made = await Promise.all(sides.map(({ results }) => results.readRun(id)))
  return made.every(Boolean)
}

const secondsFor = (labs: readonly Experiment[][]): number =>
  labs.length * labSeconds + sum(labs.flat().map(secondsOfStart))

/** Each run of every side, one right after the other; which of them begins is random. */
export const takeTurns = <Side>(planned: readonly PlannedRun[], sides: readonly Side[]) =>
  planned.flatMap((run) => {
    const draw = createDraw({ seed: hashSeed(run.seed, 'sides', run.id) })
    return shuffle(sides, draw).map((side) => ({ run, side }))
  })

async function makeRuns(
  planned: readonly PlannedRun[],
  laterSeconds: number,
  sides: Sides,
): Promise<void> {
  const settings = planned[0]?.experiment.settings ?? {}
  await using labs = new AsyncDisposableStack()
  const opened: (MeasureOptions & { lab: MeasuredLab })[] = []
  for (const side of sides) {
    const lab = await openLabOf(side, settings)
    labs.defer(lab.close)
    if (!side.platform) checkSettings(settings, lab.settings)
    opened.push({ ...side, lab })
  }
  for (const { lab, signal, say } of opened) sayWarm(await warmUp({ ...lab, signal }), say)
  const turns = takeTurns(planned, opened)
  for (const [index, { run, side }] of turns.entries()) {
    const left = sum(turns.slice(index).map((turn) => secondsOf(turn.run.condition)))
    side.say(progress(run, left + laterSeconds))
    await side.results.writeRun(await makeQuietRun(run, side.lab, side))
  }
}

const attempts = 3

/** Makes a run again, at most twice, if the load generator lacked a core; the last one is kept. */
async function makeQuietRun(
  run: PlannedRun,
  lab: MeasuredLab,
  { signal, generators, say }: MeasureOptions,
): Promise<RunResult> {
  for (let attempt = 1; ; attempt++) {
    const result = await makeRun(run, lab, { signal, generators })
    const objection = objectionToRun(result.generator, run.experiment.waitShare)
    if (!objection) return result
    if (attempt === attempts) {
      say(`  ${run.id} does not count: ${objection}, ${attempts} times.`)
      return { ...result, excluded: objection }
    }
    say(`  ${run.id} is made again: ${objection}.`)
  }
}

function progress({ experiment, condition, start, repeat }: PlannedRun, leftSeconds: number) {
  const minutes = Math.floor(leftSeconds / 60)
  const seconds = String(Math.round(leftSeconds % 60)).padStart(2, '0')
  const place = `start ${start + 1}, run ${repeat + 1}`
  return `${experiment.title}: ${condition.name}, ${place} · about ${minutes}:${seconds} left`
}
