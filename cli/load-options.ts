import { Argument, type Command } from 'commander'
import { parseDuration, parseScenario } from '../formats/durations.ts'
import { profiles } from '../model/load.ts'
import { createCommand, createOption, UsageError } from './command-line.ts'
import {
  type Address,
  baseUrlOption,
  firstPortOption,
  generatorOption,
  hostOption,
} from './shared-options.ts'

const notes = `
The exit code is 0 if the run was judged, all thresholds passed, and the results were written.
k6 alone does the same: k6 run -e PROFILE=heavy k6-tests/script-sync.js
`

/** @throws Error unless it is a duration in the format of k6 */
function asDuration(name: string, text: string): string {
  parseDuration(name, text)
  return text
}

const profile = new Argument('[profile]', 'users and duration of the load')
  .choices(Object.keys(profiles))
  .default('default')

export const loadCommand = (): Command =>
  createCommand(
    'load',
    'Loads the lab with k6, all six scenarios at once. Starts a lab if none is running.',
  )
    .addArgument(profile)
    .addOption(createOption('--only <scenario>', 'play only one scenario', parseScenario))
    .addOption(
      createOption('--duration <time>', "such as 2m, instead of the profile's time", asDuration),
    )
    .option('--report', "write k6's own report, a web page, to results/")
    .addOption(baseUrlOption())
    .addOption(firstPortOption())
    .addOption(generatorOption())
    .addOption(hostOption())
    .addHelpText('after', notes)

export type LoadOptions = Address & {
  /** The variables that the script reads from `__ENV`. */
  environment: Record<string, string>
  /** Whether k6 writes its own report. */
  report: boolean
  /** The commands that run k6; none for one k6 of this machine. */
  generators: readonly string[]
  /** The address of this machine for the generators. */
  host?: string | undefined
}

type Parsed = {
  only?: number
  duration?: string
  report?: boolean
  generator?: string[]
  host?: string
}

/**
 * The options of a parsed command line.
 * @throws UsageError if two of them exclude each other
 */
export function loadOptionsOf(command: Command): LoadOptions {
  const [PROFILE = ''] = command.processedArgs as string[]
  const {
    only,
    duration,
    report = false,
    generator: generators = [],
    host,
    ...address
  } = command.opts<Address & Parsed>()
  if (report && generators.length > 0)
    throw new UsageError('--report is that of one k6: omit it, or --generator')
  // The profile is always given, so that k6 variables of the shell cannot replace it.
  const environment: Record<string, string> = { PROFILE }
  if (only !== undefined) environment.ONLY = String(only)
  if (duration !== undefined) environment.DURATION = duration
  return { ...address, environment, report, generators, host }
}
