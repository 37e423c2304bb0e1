/** Predicts, measures and judges the lab, and writes a report. */

import { relative } from 'node:path'
import { percent, printTable } from '../formats/table.ts'
import type { Experiment } from '../lab/experiment.ts'
import { allReplicas, lastShares } from '../lab/judge/replica-shares.ts'
import { findK6 } from '../lab/load/k6.ts'
import type { JudgedClaim, LoadMeasurement } from '../lab/load-figures.ts'
import { measureLab } from '../lab/measure/measure-lab.ts'
import { GateError } from '../lab/measure/pass-gate.ts'
import { lockResults, type Results } from '../lab/measure/results-folder.ts'
import type { Measurement } from '../lab/measurement.ts'
import { verdictLine } from '../lab/report/claims-table.ts'
import { errorLine } from '../lab/report/errors-table.ts'
import { bypassProxies } from '../local/processes/addresses.ts'
import { onInterrupt } from '../local/processes/interrupts.ts'
import { interruptedCode, isMain, type Program, runProgram } from './command-line.ts'
import { compareFolders } from './compare.ts'
import { compareCommits } from './compare-commits.ts'
import { command, type LabCommandOptions } from './lab-options.ts'
import { beginOrResume, chooseExperiments, conditionsOf, type Plan } from './lab-plan.ts'
import { verify, writeReport } from './lab-results.ts'
import { checkHost } from './shared-options.ts'

const noK6 = `Experiments need k6 on the PATH, or a command that runs it:
  npm run lab -- --generator 'docker run --rm -i --network host grafana/k6:2.2.0'`

const row = ({ id, verdict, stated, measured, unit }: JudgedClaim): string[] => [
  id,
  verdict,
  Number.isFinite(measured.value) ? `${measured.value.toPrecision(4)} ${unit}` : '–',
  stated,
]

/** What is claimed, and why it has no verdict. */
const sentence = ({ claim, reason }: JudgedClaim) => `  ${claim}${reason ? ` (${reason})` : ''}`

/** Two lines for each claim. */
function claimsInWords(claims: readonly JudgedClaim[]): string {
  const headings = ['claim', 'verdict', 'measured', 'stated']
  const [first, ...lines] = printTable(headings, claims.map(row)).split('\n')
  return [first, ...claims.flatMap((claim, index) => [lines[index], sentence(claim)])].join('\n')
}

/** Every claim, then how many hold and how far predictions are off. */
function printVerdicts({ claims, errors }: Measurement): void {
  console.log(claimsInWords(claims))
  console.log([verdictLine(claims), errorLine(errors)].filter(Boolean).join(' '))
}

const answersOf = (load: LoadMeasurement) =>
  `  ${load.condition}/${load.load}  ${lastShares(load)
    .map(({ name, share }) => `${name} ${percent(share)}`)
    .join(', ')}`

/** Who answered: the shares of each load's last run; nothing if all run on one host. */
export function printReplicas({ measured }: Pick<Measurement, 'measured'>): string {
  const names = allReplicas(measured)
  if (names.length < 2) return ''
  return ['Answered, in the last run of each load, by:', ...measured.map(answersOf)].join('\n')
}

type Started = { results: Results; plan: Plan; experiments: Experiment[] }

/**
 * Measures to the end, or until Ctrl-C.
 * @returns why it ended early, if it did
 * @throws GateError, or the failure, after saying how to continue
 */
async function measure({ results, plan, experiments }: Started) {
  const unlock = await lockResults(results)
  const interruption = new AbortController()
  const off = onInterrupt(() => interruption.abort(new Error('interrupted')))
  try {
    const conditions = conditionsOf(plan)
    const { signal } = interruption
    await measureLab({ ...plan, results, experiments, conditions, signal, say: console.log })
    return undefined
  } catch (error) {
    if (interruption.signal.aborted) return 'interrupted by its user'
    if (!(error instanceof GateError))
      console.error(`Progress is saved. Continue with: ${resumeOf(results)}`)
    throw error
  } finally {
    off()
    await unlock()
  }
}

const pathOf = ({ folder }: Results) => relative('.', folder)
const resumeOf = (results: Results) => `npm run lab -- --resume ${pathOf(results)}`

async function run(): Promise<number> {
  const options = command.opts<LabCommandOptions>()
  if (options.compare) return compareFolders(options.compare)
  if (options.verify) return verify(options.verify)
  await checkHost(options.host)
  bypassProxies()
  if (!options.generator && (await findK6()) !== 'path') throw new Error(noK6)
  if (options.compareCommits) return compareCommits(options.compareCommits, options)
  const { results, plan } = await beginOrResume(options)
  const experiments = chooseExperiments(plan)
  const interrupted = await measure({ results, plan, experiments })
  const measurement = await writeReport(results, plan, experiments, interrupted)
  if (measurement) {
    printVerdicts(measurement)
    const replicas = printReplicas(measurement)
    if (replicas) console.log(replicas)
    console.log(`The report is ${pathOf(results)}/report.html`)
  }
  if (!interrupted) return 0
  console.log(`Continue with: ${resumeOf(results)}`)
  return interruptedCode
}

export const lab: Program = { command, run }

if (isMain(import.meta.url)) await runProgram(lab)
