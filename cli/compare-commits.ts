/** Measures two commits in one go, and judges them against each other. */
import { join, relative } from 'node:path'
import type { Experiment } from '../lab/experiment.ts'
import { lengthen } from '../lab/experiments/one-client.ts'
import type { Measured } from '../lab/judge/compare-measurements.ts'
import { startsForComparison } from '../lab/judge/plan-comparison.ts'
import { addCheckout, type Checkout, resolveCommit } from '../lab/measure/checkout.ts'
import { localGenerators } from '../lab/measure/generator.ts'
import { measureCommits, type Side } from '../lab/measure/measure-commits.ts'
import { nameMachine } from '../lab/measure/provenance.ts'
import { createResults, type Results } from '../lab/measure/results-folder.ts'
import { onInterrupt } from '../local/processes/interrupts.ts'
import { UsageError } from './command-line.ts'
import { compareFolders, readMeasured } from './compare.ts'
import type { LabCommandOptions } from './lab-options.ts'
import type { Plan } from './lab-plan.ts'
import { chooseExperiments, conditionsOf, newFolder } from './lab-plan.ts'
import { writeReport } from './lab-results.ts'

const firstStarts = 3
// An hour and a half on two cores.
const mostStarts = 60

type Opened = { name: string; plan: Plan; results: Results; checkout: Checkout }

type SideOptions = LabCommandOptions & {
  name: string
  commit: string
  folder: string
  side: 'before' | 'after'
}

async function openSide({ name, commit, folder, side, ...options }: SideOptions): Promise<Opened> {
  const checkout = await addCheckout(commit, {
    folder: join(folder, 'checkouts', side),
    say: console.log,
  })
  const { profile, seed, host, ignoreGate, set: given = {} } = options
  const { generator: generators = localGenerators } = options
  const chosen = { profile, only: ['baseline' as const], seed, host, ignoreGate, generators, given }
  const startedAt = new Date().toISOString()
  const plan: Plan = { ...chosen, startedAt, machine: await nameMachine(), commit: checkout.commit }
  return {
    name,
    plan,
    results: await createResults(folder, `${side}-${checkout.commit.slice(0, 12)}`),
    checkout,
  }
}

const experimentsOf = ({ plan }: Pick<Opened, 'plan'>): Experiment[] =>
  chooseExperiments(plan).map(lengthen)

/** The results so far, with a report of each side. */
async function report(side: Opened): Promise<Measured> {
  await writeReport(side.results, side.plan, experimentsOf(side))
  return readMeasured(side.results.folder)
}

/** How many starts find a change of so much in each scenario, as far as that can be told. */
async function startsNeeded(sides: readonly [Opened, Opened], change: number): Promise<number> {
  const [before, after] = [await report(sides[0]), await report(sides[1])]
  const both = { before, after, experiments: experimentsOf(sides[0]), interleaved: true }
  // A scenario that cannot be compared does not ask for starts.
  const needed = startsForComparison(both, change).filter((starts) => starts !== undefined)
  return Math.max(firstStarts, ...needed)
}

/**
 * @throws UsageError unless there are two commits; Error if one does not exist or does not start
 */
export async function compareCommits(
  names: readonly string[],
  options: LabCommandOptions,
): Promise<number> {
  const [first, second, ...rest] = names
  if (!first || !second || rest.length > 0)
    throw new UsageError(`--compare-commits needs two commits, not ${names.length}`)
  const commits = { before: await resolveCommit(first), after: await resolveCommit(second) }
  const folder = newFolder('commits')
  const interruption = new AbortController()
  const off = onInterrupt(() => interruption.abort(new Error('interrupted')))
  await using opened = new AsyncDisposableStack()
  opened.defer(off)
  const open = async (name: string, side: SideOptions['side']) => {
    const it = await openSide({ ...options, name, commit: commits[side], folder, side })
    opened.defer(it.checkout.remove)
    return it
  }
  const sides = [await open(first, 'before'), await open(second, 'after')] as const
  const starts = await measureCommits({
    sides: [sideOf(sides[0], interruption.signal), sideOf(sides[1], interruption.signal)],
    starts: firstStarts,
    mostStarts,
    startsNeeded: () => startsNeeded(sides, options.change),
    say: console.log,
  })
  console.log(`${starts} starts of each commit, run by run in turns.`)
  for (const side of sides) await report(side)
  const folders = sides.map(({ results }) => relative('.', results.folder))
  return compareFolders(folders, { interleaved: true })
}

const sideOf = ({ name, plan, results, checkout }: Opened, signal: AbortSignal): Side => ({
  ...{ name, results, checkout, signal },
  experiments: experimentsOf({ plan }),
  seed: plan.seed,
  conditions: conditionsOf(plan),
  generators: plan.generators,
  host: plan.host,
  ignoreGate: plan.ignoreGate ?? false,
  given: plan.given,
  say: (line) => console.log(`  ${name}: ${line}`),
})
