/** Shows, injects and clears faults in a running lab. */
import { Argument, Option } from 'commander'
import { parseDuration, parseLength } from '../formats/durations.ts'
import {
  clearFaults,
  type Faults,
  type FaultsOfReplica,
  readFaults,
  setFaults,
} from '../lab/faults.ts'
import { createTarget, type Target } from '../lab/target.ts'
import { bypassProxies } from '../local/processes/addresses.ts'
import { type FunctionName, functionNames, services } from '../model/services.ts'
import type { StyleName } from '../model/styles.ts'
import {
  asNumber,
  asText,
  createCommand,
  createOption,
  isMain,
  type Program,
  runProgram,
  UsageError,
} from './command-line.ts'
import { faultBroker } from './fault-broker.ts'
import { type Address, addressOptions, withStyle } from './shared-options.ts'

const examples = `
Examples:
  npm run fault                                   the faults of every service
  npm run fault -- email --latency 400            each e-mail takes 400 ms longer
  npm run fault -- email --latency exponential:400
  npm run fault -- payment --error-rate 0.1 --seed 7
  npm run fault -- inventory --refuse --after 5s --for 10s
  npm run fault -- email --off
  npm run fault -- broker --async --refuse        no service reaches RabbitMQ
`

type Options = Address & {
  latency?: string
  errorRate?: number
  refuse?: boolean
  after?: number
  for?: number
  seed?: number
  off?: boolean
}

const inMilliseconds = (parse: typeof parseDuration) => (name: string, text: string) =>
  Math.round(parse(name, text) * 1000)

const latency = 'milliseconds: 400, uniform:100:500, normal:400:50 or exponential:400 (its mean)'

const faultOptions = [
  createOption('--latency <latency>', latency, asText),
  createOption('--error-rate <rate>', 'share of requests that end in a 500, 0 to 1', asNumber),
  new Option('--refuse', 'cut and refuse connections; of a service, it needs --for'),
  createOption('--after <time>', 'begin later, such as 5s', inMilliseconds(parseDuration)),
  createOption('--for <time>', 'end by itself, such as 10s', inMilliseconds(parseLength)),
  createOption('--seed <number>', 'repeat the same latencies and errors', asNumber),
]
const faultNames = faultOptions.map((option) => option.attributeName())
const off = new Option('--off', 'clear the faults of the service').conflicts(faultNames)
const targets = [...functionNames, 'broker'] as const
const oneOf = 'one service, or its way to the broker; all services without it'

const command = createCommand(
  'fault',
  'Shows, sets or clears the faults of a service. Start the lab with FAULT_SWITCH=on.',
  [...faultOptions, off, ...addressOptions()],
  examples,
).addArgument(new Argument('[service]', oneOf).choices(targets))

/** The faults that the options set; unset options are absent. */
function faultsOf({ latency, errorRate, refuse, after, for: duration, seed }: Options): Faults {
  const all = { latency, error_rate: errorRate, refuse, after_ms: after, for_ms: duration, seed }
  const given = Object.entries(all).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given)
}

/** Prints the faults of each service, and of each replica where there are several. */
async function showAll(target: Target): Promise<void> {
  for (const name of functionNames) {
    const lines = await readReplicas(target, name).then(
      (replicas) => replicas.map((each) => inWords(each, replicas.length > 1)),
      (error: Error) => [error.message],
    )
    for (const line of lines) console.log(`${services[name].name.padEnd(18)} ${line}`)
  }
}

// With several replicas, requests at the same time reach more than one of them.
const requests = 5

async function readReplicas(target: Target, name: FunctionName): Promise<FaultsOfReplica[]> {
  const answers = await Promise.all(
    Array.from({ length: requests }, () => readFaults(target, name)),
  )
  return [...new Map(answers.map((each) => [each.servedBy, each])).values()]
}

async function run(): Promise<number> {
  const options = withStyle(command.opts<Options>())
  const [named] = command.processedArgs as [(typeof targets)[number] | undefined]
  const faults = faultsOf(options)
  if (named === 'broker') return runBroker(options, faults)
  const name = named
  const isChange = options.off || Object.keys(faults).length > 0
  if (!name && isChange)
    throw new UsageError(`Name the service of the fault: ${functionNames.join(', ')}`)
  bypassProxies()
  const target = createTarget(options)
  if (!name) {
    await showAll(target)
    return 0
  }
  const replicas = await readReplicas(target, name)
  const change = () => (options.off ? clearFaults(target, name) : setFaults(target, name, faults))
  for (const each of isChange ? [await change()] : replicas)
    console.log(`${services[name].name}: ${inWords(each, replicas.length > 1)}`)
  return 0
}

/** @throws UsageError if a broker cannot have such a fault */
async function runBroker(options: Options & { style: StyleName }, faults: Faults): Promise<number> {
  if (options.style === 'sync')
    throw new UsageError('broker needs --async: services that call each other have none')
  if (faults.error_rate !== undefined)
    throw new UsageError('--error-rate is for a service: a broker refuses or is slow')
  bypassProxies()
  const brokerInWords = ({ faults }: FaultsOfReplica) =>
    faults ? describe(faults, 'all that passes') : asDesigned
  const target = createTarget(options)
  const lines = await faultBroker(target, { faults, off: options.off, inWords: brokerInWords })
  for (const line of lines) console.log(line)
  return 0
}

const asDesigned = 'works as designed'

const latenciesInWords: Record<string, (...values: string[]) => string> = {
  fixed: (ms) => `${ms} ms longer`,
  uniform: (least, most) => `${least} to ${most} ms longer`,
  normal: (mean, deviation) => `${mean} ± ${deviation} ms longer (normally distributed)`,
  exponential: (mean) => `${mean} ms longer on average (exponentially distributed)`,
}

/** A latency in the notation of `--latency`. */
function longer(latency: string): string {
  const [kind = '', ...values] = latency.includes(':') ? latency.split(':') : ['fixed', latency]
  return latenciesInWords[kind]?.(...values) ?? `${latency} longer`
}

const percent = (share: number) => `${Number((share * 100).toPrecision(3))} %`

function describe(faults: Faults, what = 'each request'): string {
  const { latency, error_rate, refuse, after_ms, for_ms, seed } = faults
  const effects = [
    latency !== undefined && `${what} takes ${longer(latency)}`,
    error_rate !== undefined && `${percent(error_rate)} of the requests fail`,
    refuse && 'connections are refused',
  ]
  const conditions = [
    after_ms !== undefined && `after ${after_ms / 1000} s`,
    for_ms !== undefined && `for ${for_ms / 1000} s`,
    seed !== undefined && `with seed ${seed}`,
  ]
  const parts = effects.some(Boolean) ? effects : [asDesigned]
  return [...parts, ...conditions].filter((part) => part).join(', ')
}

/** The faults of one replica, which is named if there are several: the others may have none. */
export const inWords = ({ faults, servedBy }: FaultsOfReplica, hasSeveral: boolean): string =>
  `${faults ? describe(faults) : asDesigned}${hasSeveral ? ` (${servedBy})` : ''}`

export const fault: Program = { command, run, onClosedPipe: () => process.exit(0) }

if (isMain(import.meta.url)) await runProgram(fault)
