/** The files that a measurement leaves in its folder, and whether they are what was measured. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Experiment } from '../lab/experiment.ts'
import { assemble, verifyResults } from '../lab/measure/assemble.ts'
import { openResults, type Results } from '../lab/measure/results-folder.ts'
import { readSealed } from '../lab/measure/sealed.ts'
import type { Gate, Measurement, Waterfall } from '../lab/measurement.ts'
import { resultsCsv, samplesCsv } from '../lab/report/csv.ts'
import { extendHistory, isComparable } from '../lab/report/history.ts'
import type { SampleSource } from '../lab/report/mistakes.ts'
import { renderReport } from '../lab/report/render-report.ts'
import { UsageError } from './command-line.ts'
import { chooseExperiments, type Plan } from './lab-plan.ts'

/** All that the results follow from, as it lies in the folder; `undefined` before the gate. */
async function readParts(results: Results, plan: Plan, experiments: Experiment[]) {
  const gate = await results.read<Gate>('gate')
  const sealed = await readSealed(results)
  if (!gate || !sealed) return undefined
  const waterfalls = (await results.read<Waterfall[]>('waterfalls')) ?? []
  return { ...plan, experiments, gate, sealed, waterfalls, runs: await results.readRuns() }
}

/** Writes the results and the report so far. */
export async function writeReport(
  results: Results,
  plan: Plan,
  experiments: Experiment[],
  interrupted?: string,
): Promise<Measurement | undefined> {
  const parts = await readParts(results, plan, experiments)
  if (!parts) return undefined
  const { runs } = parts
  const measurement = await assemble({ ...parts, interrupted })
  await results.write('results', measurement)
  await results.writeText('report.html', renderReport({ measurement, runs }))
  await writeTables(results, { measurement, runs })
  return measurement
}

/** The same for other tools: a row per sample, a row per figure, a line per measurement. */
async function writeTables({ folder }: Results, source: SampleSource): Promise<void> {
  const { measurement } = source
  await writeFile(join(folder, 'samples.csv'), samplesCsv(source))
  await writeFile(join(folder, 'results.csv'), resultsCsv(measurement))
  if (!isComparable(measurement)) return
  const history = join(folder, '..', `history-${measurement.profile}.csv`)
  const before = await readFile(history, 'utf8').catch(() => '')
  try {
    await writeFile(history, extendHistory(before, measurement))
  } catch (error) {
    console.error(`${history}: ${(error as Error).message}`)
  }
}

/**
 * Checks that a result is what was measured.
 * @throws UsageError if the folder holds no results; Error naming what differs
 */
export async function verify(folder: string): Promise<number> {
  const results = await openResults(folder, { create: false })
  const plan = await results.read<Plan>('plan')
  const parts = plan && (await readParts(results, plan, chooseExperiments(plan)))
  if (!parts) throw new UsageError(`${folder} holds no results: it has no plan, gate or seal`)
  await verifyResults(results, parts)
  console.log(`Predictions and claims have the seal ${parts.sealed.seal}.`)
  console.log(
    `${parts.runs.length} runs are as they were written, and the verdicts follow from them.`,
  )
  return 0
}
