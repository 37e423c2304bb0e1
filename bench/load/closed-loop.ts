/**
 * A load generator in a process of its own: `node closed-loop.ts '{"port":8006,"scenario":6,…}'`.
 * Each connection sends its next request after its answer. It sends its result to its parent.
 */
import { randomBytes } from 'node:crypto'
import { quantile } from 'simple-statistics'
import { scenarioOf } from '../../model/scenarios.ts'
import { familyOf, meterCpu } from '../usage.ts'
import { encodeRequest, openConnection } from './connection.ts'

export type LoadOptions = {
  port: number
  /** The scenario whose request is sent. */
  scenario: number
  connections: number
  /** The pause between an answer and the next request, in milliseconds; none while it warms up. */
  pauseMs?: number
  /** Answers that come before count in no figure. */
  warmUpSeconds: number
  seconds: number
  /** The processes whose CPU time is counted. */
  pids: number[]
  /** A process whose children are counted with it, such as PostgreSQL's main process. */
  parent?: number
  /** Whether the server is of the asynchronous style. */
  accepts?: boolean
}

/** The throughput of a load, and its cost. */
export type Cost = {
  /** Answers per second. */
  rate: number
  /** CPU time of all processes together per answer, in milliseconds. */
  cpuMsPerRequest: number
  p50Ms: number
  /** The share of one core that this process used. */
  generatorShare: number
}

const {
  port,
  scenario: number,
  pauseMs = 0,
  accepts = false,
  ...options
} = JSON.parse(process.argv[2] ?? '') as LoadOptions
const scenario = scenarioOf(number)
const expected = accepts ? scenario.acceptedStatus : scenario.status
const counted = () => [...options.pids, ...(options.parent ? familyOf(options.parent) : [])]
const run = randomBytes(6).toString('hex')
let count = 0
const encodeNext = () => {
  const { path, body } = scenario.request({ unique: `bench-${run}-${count}`, count: count++ })
  return encodeRequest(scenario.method, path, body)
}
// A click is cheap: encoding each would be a large part of its cost.
const click = encodeNext()
const next = scenario.title === 'click' ? () => click : encodeNext

let isMeasuring = false
// A request that was sent before the first pause counts in no figure.
let hasPaused = false
const latencies: number[] = []

/** Ends it: its counts would be wrong. */
function fail(reason: string): void {
  console.error(reason)
  process.exit(1)
}

for (let n = 0; n < options.connections; n++)
  openConnection({
    port,
    next,
    onAnswer: (status, milliseconds) => {
      if (hasPaused) latencies.push(milliseconds)
      if (status !== expected)
        fail(`Scenario ${number} was answered ${status}. 503: the machine is too busy.`)
    },
    pauseMs: () => {
      hasPaused = isMeasuring
      return hasPaused ? pauseMs : 0
    },
    onLost: ({ message }) => fail(message),
  })

const againMs = 50

function measure(): void {
  isMeasuring = true
  const start = performance.now()
  const own = process.cpuUsage()
  const serversMs = meterCpu(counted)
  const finish = () => {
    // A machine that is busy with other things may need longer for the first answer.
    if (latencies.length === 0) return void setTimeout(finish, againMs)
    const { user, system } = process.cpuUsage(own)
    const seconds = (performance.now() - start) / 1000
    const cost: Cost = {
      rate: latencies.length / seconds,
      cpuMsPerRequest: serversMs() / latencies.length,
      p50Ms: quantile(latencies, 0.5),
      generatorShare: (user + system) / 1e6 / seconds,
    }
    process.send?.(cost, () => process.exit())
  }
  setTimeout(finish, options.seconds * 1000)
}

setTimeout(measure, options.warmUpSeconds * 1000)
