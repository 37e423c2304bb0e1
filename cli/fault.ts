/** Shows, injects and clears faults in a running lab. */
import { Argument, Option } from 'commander'
import { parseDuration } from '../formats/durations.ts'
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
import { inWords } from './fault-text.ts'
import { type Address, baseUrlOption, firstPortOption } from './shared-options.ts'

const examples = `
Examples:
  npm run fault                                   the faults of every service
  npm run fault -- email --latency 400            each e-mail takes 400 ms longer
  npm run fault -- email --latency exponential:400
  npm run fault -- payment --error-rate 0.1 --seed 7
  npm run fault -- inventory --refuse --after 5s --for 10s
  npm run fault -- email --off
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

const asMilliseconds = (name: string, text: string) => Math.round(parseDuration(name, text) * 1000)

const latencies = 'milliseconds: 400, uniform:100:500, normal:400:50 or exponential:400 (its mean)'

const command = createCommand(
  'fault',
  'Shows, sets or clears the faults of a service. Start the lab with FAULT_SWITCH=on.',
)
  .addArgument(new Argument('[service]', 'one service; all without it').choices(functionNames))
  .addOption(createOption('--latency <latency>', latencies, asText))
  .addOption(
    createOption('--error-rate <rate>', 'share of requests that end in a 500, 0 to 1', asNumber),
  )
  .option('--refuse', 'cut and refuse connections; needs --for')
  .addOption(createOption('--after <time>', 'begin later, such as 5s', asMilliseconds))
  .addOption(createOption('--for <time>', 'end by itself, such as 10s', asMilliseconds))
  .addOption(createOption('--seed <number>', 'repeat the same latencies and errors', asNumber))
  .addOption(
    new Option('--off', 'clear the faults of the service').conflicts([
      'latency',
      'errorRate',
      'refuse',
      'after',
      'for',
      'seed',
    ]),
  )
  .addOption(baseUrlOption())
  .addOption(firstPortOption())
  .addHelpText('after', examples)

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

/** The replicas of a service that answer, each with its faults. */
async function readReplicas(target: Target, name: FunctionName): Promise<FaultsOfReplica[]> {
  const answers = await Promise.all(
    Array.from({ length: requests }, () => readFaults(target, name)),
  )
  return [...new Map(answers.map((each) => [each.servedBy, each])).values()]
}

async function run(): Promise<number> {
  const options = command.opts<Options>()
  const [name] = command.processedArgs as [FunctionName | undefined]
  const faults = faultsOf(options)
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

export const fault: Program = { command, run, onClosedPipe: () => process.exit(0) }

if (isMain(import.meta.url)) await runProgram(fault)
