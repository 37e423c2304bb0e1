/** Predicts how a service behaves that the command line describes, without a lab. */
import { Option } from 'commander'
import { type ArrivalProcess, arrivalProcesses } from '../lab/predict/arrivals.ts'
import { predict as predictService } from '../lab/predict/prediction.ts'
import { type Service, serviceMsOf } from '../lab/predict/service.ts'
import { predictCeiling } from '../lab/predict/simulate-ceiling.ts'
import { mostSlots } from '../lab/predict/slots-needed.ts'
import { settings } from '../model/settings.ts'
import {
  asNumber,
  createCommand,
  createOption,
  isMain,
  type Program,
  runProgram,
  UsageError,
} from './command-line.ts'
import { printCeilings, printPrediction } from './predict-text.ts'
import { refuseAsync } from './shared-options.ts'

const example = `
Examples:
  npm run predict -- --delay 300 --slots 40 --queue 100 --rate 120
  npm run predict -- --delay 2000 --rate 15 --replicas 1 2 4 100 1000

A request takes a slot, uses the cores, then a connection, then waits for its delay and its calls.
It needs no lab. docs/predictions.md explains the formulas and the simulation.
`

type Range = { least: number; most: number; whole?: boolean }

/** @throws Error unless the text is a number of the range */
const parseWithin =
  ({ least, most, whole = false }: Range) =>
  (name: string, text: string): number => {
    const value = asNumber(name, text)
    if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value
    const kind = whole ? 'a whole number' : 'a number'
    throw new Error(`${name} must be ${kind} from ${least} to ${most}, not "${text}"`)
  }

const ms = { least: 0, most: 600_000 }
const whole = (least: number, most: number) => ({ least, most, whole: true })
const slots = settings.CONCURRENCY.default
const queue = settings.QUEUE_LIMIT.default
const queueTimeout = settings.QUEUE_TIMEOUT_MS.default
const pool = settings.DB_POOL_MAX.default

/** Options that take a number: flags, help, range and default. */
const numbers: [flags: string, help: string, range: Range, standard?: number][] = [
  ['--rate <per second>', 'requests per second; always needed', { least: 0.001, most: 10_000 }],
  ['--delay <ms>', 'the wait of a request', ms, 0],
  ['--slots <number>', 'requests in progress at once', whole(1, mostSlots), slots],
  ['--queue <number>', 'requests that may wait', whole(0, 1_000_000), queue],
  ['--queue-timeout <ms>', 'how long one may wait', { least: 1, most: 3_600_000 }, queueTimeout],
  ['--hops <number>', 'calls, one after another', whole(0, 100), 0],
  ['--hop-cost <ms>', 'the time of one call', ms, 0],
  ['--cpu <ms>', 'CPU time of a request', ms, 0],
  ['--cores <number>', 'cores that it may use', whole(1, 1024), 1],
  ['--query <ms>', 'how long a request holds a connection', ms, 0],
  ['--pool <number>', 'database connections', whole(1, 1000), pool],
  ['--seed <number>', 'seed of the simulation', whole(0, 1e9), 1],
]

// A shorter one has a ceiling that no computer reaches.
const leastServiceMs = 0.001

const serviceTimes = ['fixed', 'exponential'] as const

// The simulation takes a second for 40,000 slots.
const mostSlotsInAll = 200_000

const parseReplicas = (name: string, text: string, earlier: number[] = []) => [
  ...earlier,
  parseWithin(whole(1, mostSlotsInAll))(name, text),
]

/** @throws UsageError if their simulation would take too long */
function checkReplicas(replicas: readonly number[], { slots }: Service): void {
  const most = Math.max(0, ...replicas)
  if (most * slots > mostSlotsInAll)
    throw new UsageError(
      `--replicas ${most} with ${slots} slots each are too many: ` +
        `at most ${mostSlotsInAll} slots in all`,
    )
}

const description = 'Predicts latency, waiting and refusals of a service that you describe.'
const kinds = 'whether the delay is fixed, or exponential with that mean'
const processes = 'even, or Poisson (independent clients)'
const options = [
  ...numbers.map(([flags, help, range, standard]) =>
    createOption(flags, help, parseWithin(range), standard),
  ),
  new Option('--service <kind>', kinds).choices(serviceTimes).default('fixed'),
  new Option('--arrivals <process>', processes).choices(arrivalProcesses).default('poisson'),
  createOption('--replicas <numbers...>', 'also simulate this many replicas', parseReplicas),
  new Option('--json', 'print JSON'),
  refuseAsync('Predictions are of the synchronous style: they know no queue of messages'),
]
const command = createCommand('predict', description, options, example)

type NumberName =
  | ('delay' | 'slots' | 'queue' | 'queueTimeout' | 'hops' | 'hopCost')
  | ('cpu' | 'cores' | 'query' | 'pool' | 'seed')

type Options = Record<NumberName, number> & {
  rate?: number
  service: (typeof serviceTimes)[number]
  arrivals: ArrivalProcess
  replicas?: number[]
  json?: boolean
}

function serviceOf(options: Options): Service {
  const { delay, hops, hopCost, cpu, cores, query, pool } = options
  const waitMs = delay + hops * hopCost
  const resources = [
    { name: 'cores', servers: cores, workMs: cpu },
    { name: 'pool', servers: pool, workMs: query },
  ]
  return {
    slots: options.slots,
    queueLimit: options.queue,
    queueTimeoutMs: options.queueTimeout,
    delay: options.service === 'fixed' ? { fixedMs: waitMs } : { exponentialMs: waitMs },
    resources: resources.filter(({ workMs }) => workMs > 0),
  }
}

/**
 * The options of a parsed command line.
 * @throws UsageError if the rate is missing, the service takes no time, or replicas are too many
 */
export function predictOptions() {
  const options = command.opts<Options>()
  const { rate: perSecond, arrivals, seed, hops, hopCost, replicas = [], json = false } = options
  if (perSecond === undefined) throw new UsageError('--rate is missing: requests per second')
  if (hops > 0 !== hopCost > 0) throw new UsageError('--hops and --hop-cost need each other')
  const service = serviceOf(options)
  if (serviceMsOf(service) < leastServiceMs)
    throw new UsageError(
      `--delay, --hop-cost, --cpu or --query must be at least ${leastServiceMs} ms`,
    )
  checkReplicas(replicas, service)
  return { service, load: { arrivals, perSecond, seed }, replicas, json }
}

async function run(): Promise<number> {
  const options = predictOptions()
  const { service, load } = options
  const prediction = predictService({ service, ...load })
  const replicas = options.replicas.map((count) =>
    predictCeiling(service, { replicas: count, seed: load.seed }),
  )
  console.log(
    options.json
      ? JSON.stringify({ service, ...load, ...prediction, replicas }, null, 2)
      : [printPrediction(prediction, load), ...printCeilings(replicas)].join('\n\n'),
  )
  return 0
}

export const predict: Program = { command, run, onClosedPipe: () => process.exit(0) }

if (isMain(import.meta.url)) await runProgram(predict)
