/**
 * A load generator in a process of its own: `node closed-loop.ts '{"port":8006,"scenario":6,…}'`.
 * Each connection sends its next request after its answer. It prints a line when it begins to
 * measure, and its result as JSON.
 */
import { randomBytes } from 'node:crypto'
import { quantile } from 'simple-statistics'
import { scenarioOf } from '../../model/scenarios.ts'
import { failLoad, openConnection } from './connection.ts'
import { prepareRequest } from './prepare-request.ts'

export type LoadOptions = {
  port: number
  /** The scenario whose request is sent. */
  scenario: number
  connections: number
  /** Answers that come before count in no figure. */
  warmUpSeconds: number
  seconds: number
}

export type LoadResult = {
  answers: number
  seconds: number
  /** How many answers had another status than the scenario's own. */
  unexpected: number
  p50Ms: number
  p99Ms: number
  /** The share of one core that this process used. */
  generatorShare: number
}

const { port, scenario: number, ...options } = JSON.parse(process.argv[2] ?? '') as LoadOptions
const scenario = scenarioOf(number)
const run = randomBytes(6).toString('hex')
let count = 0
const isUniform = scenario.title === 'click'
const prepare = () => {
  const { path, body } = scenario.request({ unique: `bench-${run}-${count}`, count: count++ })
  return prepareRequest(scenario.method, path, body)
}
const uniform = prepare()

let phase: 'warming' | 'measuring' | 'over' = 'warming'
const latencies: number[] = []
let unexpected = 0
const next = () => (isUniform ? uniform : prepare())
for (let n = 0; n < options.connections; n++)
  openConnection({
    port,
    onOpen: ({ send }) => send(next()),
    onAnswer: ({ send, end }, status, milliseconds) => {
      if (phase === 'measuring') latencies.push(milliseconds)
      if (status !== scenario.status) unexpected++
      if (phase === 'over') end()
      else send(next())
    },
    onLost: failLoad,
  })

function measure(): void {
  phase = 'measuring'
  console.log('measuring')
  const start = performance.now()
  const cpu = process.cpuUsage()
  setTimeout(() => finish(start, cpu), options.seconds * 1000)
}

const againMs = 50

function finish(start: number, since: NodeJS.CpuUsage): void {
  // A machine that is busy with other things may need longer for the first answer.
  if (latencies.length === 0) return void setTimeout(() => finish(start, since), againMs)
  phase = 'over'
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(since)
  const result: LoadResult = {
    answers: latencies.length,
    seconds,
    unexpected,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    generatorShare: (user + system) / 1e6 / seconds,
  }
  console.log(JSON.stringify(result))
}

setTimeout(measure, options.warmUpSeconds * 1000)
