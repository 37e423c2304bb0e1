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
  runProgram,
  UsageError,
} from './command-line.ts'
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

// A fault is one replica's own: the others work as designed.
const inWords = ({ faults, servedBy }: FaultsOfReplica) =>
  `${faults ? JSON.stringify(faults) : 'as designed'} (${servedBy})`

async function showAll(target: Target): Promise<void> {
  for (const name of functionNames) {
    const shown = await readFaults(target, name).then(inWords, (error: Error) => error.message)
    console.log(`${services[name].name.padEnd(18)} ${shown}`)
  }
}

/** Sets, clears or reads the faults of one service; resolves with its faults. */
function change(target: Target, name: FunctionName, options: Options): Promise<FaultsOfReplica> {
  if (options.off) return clearFaults(target, name)
  const faults = faultsOf(options)
  if (Object.keys(faults).length === 0) return readFaults(target, name)
  return setFaults(target, name, faults)
}

async function fault(): Promise<number> {
  const options = command.opts<Options>()
  const [name] = command.processedArgs as [FunctionName | undefined]
  if (!name && (options.off || Object.keys(faultsOf(options)).length > 0))
    throw new UsageError(`Name the service of the fault: ${functionNames.join(', ')}`)
  bypassProxies()
  const target = createTarget(options)
  if (!name) await showAll(target)
  else console.log(`${services[name].name}: ${inWords(await change(target, name, options))}`)
  return 0
}

await runProgram({ command, run: fault, onClosedPipe: () => process.exit(0) })
