import { counted, inWords, percent, printTable } from '../formats/table.ts'
import { isJudged, type StepResult } from './capacity-results.ts'
import { type Failure, failures } from './failures.ts'

const headings = [
  'offered/s',
  'completed/s',
  'failed',
  'dropped',
  'p50',
  'p95',
  'queue p50',
  'queue p95',
  'what happened',
]

/** Problems of the step itself, regardless of the service. */
const missing = ({ begun, played, kept, unfinished }: StepResult): string[] => {
  if (!begun) return ['not played']
  return [
    !played && 'cut off',
    played && !kept && 'k6 did not keep the rate',
    unfinished > 0 && `${counted(unfinished, 'request')} had no response when the run ended`,
  ].filter((reason) => typeof reason === 'string')
}

function happened(result: StepResult): string {
  const { saturated, queueMs } = result
  const reasons = Object.entries(result.failures).map(
    ([failure, count]) => `${count} × ${failures[failure as Failure]}`,
  )
  const all = [...reasons, ...missing(result)]
  if (all.length > 0 || !isJudged(result)) return all.join(', ')
  if (saturated) return 'the queue grows'
  return queueMs && queueMs.p95 >= 1 ? 'kept, some queued' : 'kept, no queue'
}

const row = (result: StepResult) => [
  result.offeredPerSecond.toFixed(1),
  result.begun ? result.completedPerSecond.toFixed(2) : '–',
  result.begun ? percent(result.failedRate) : '–',
  result.begun ? String(result.dropped) : '–',
  ...[result.latencyMs?.p50, result.latencyMs?.p95, result.queueMs?.p50, result.queueMs?.p95].map(
    inWords,
  ),
  happened(result),
]

/** A row per arrival rate. */
export const printSteps = (steps: StepResult[]): string => printTable(headings, steps.map(row))
