/** The command line of `npm run lab`. */
import { Option } from 'commander'
import { type ExperimentName, experimentNames } from '../lab/experiment.ts'
import { type ProfileName, profileMinutes, profileNames } from '../lab/experiments/profiles.ts'
import { settingNames, settingOf } from '../model/settings.ts'
import { asNumber, asText, createCommand, createOption } from './command-line.ts'
import { type Address, generatorOptions, platformOptions, refuseAsync } from './shared-options.ts'

const examples = `
Examples:
  npm run lab                                the quick profile: about ${profileMinutes.quick} minutes
  npm run lab -- --profile full              about ${profileMinutes.full} minutes
  npm run lab -- --only capacity             one experiment; further names may follow
  npm run lab -- --until 5%                  repeats until the intervals are this narrow
  npm run lab -- --host 10.0.0.1 --generator 'ssh alice@10.0.0.2 k6' --generator 'ssh bob@10.0.0.3 k6'
                                             k6 on other machines
  npm run lab -- --set EMAIL_DELAY_MS=300    a setting of the services, which predictions know
  npm run lab -- --resume results/<time>     continues an interrupted run
  npm run lab -- --verify results/<time>     checks seal, files and verdicts
  npm run lab -- --compare results/A results/B
  npm run lab -- --compare-commits main HEAD
  npm run lab -- --only replicas             a platform that runs already: docs/replicas.md

It starts a lab of its own and needs k6 on the PATH or in a --generator. docs/experiments.md explains the report.
`

// No shell reads it. --detach: the lab itself waits until the replicas answer.
const swarmScale = 'docker service scale --detach lockstep_{service}={replicas}'

/** @throws Error unless the text says where the service and the number of replicas belong */
function parseScale(name: string, text: string): string {
  if (!text.includes('{service}') || !text.includes('{replicas}'))
    throw new Error(`${name} needs {service} and {replicas}, such as "${swarmScale}"`)
  return text
}

/** @throws Error unless the text is a percentage above 0 */
function parsePercent(name: string, text: string): number {
  const value = asNumber(name, text.replace(/%$/, ''))
  if (value <= 0 || value >= 100)
    throw new Error(`${name} must be a percentage between 0 and 100, such as 5%, not "${text}"`)
  return value / 100
}

/** @throws Error unless the text is a whole number from 1 on */
function parseSeed(name: string, text: string): number {
  const value = asNumber(name, text)
  if (!Number.isInteger(value) || value < 1 || value > 1e9)
    throw new Error(`${name} must be a whole number from 1 to 1000000000, not "${text}"`)
  return value
}

/** @throws Error unless it is NAME=value with the name of a setting that may vary */
function parseSetting(name: string, text: string, earlier: Record<string, string> = {}) {
  const [, setting = '', value = ''] = /^(\w+)=(.*)$/s.exec(text) ?? []
  const isKnown = settingNames.some((known) => known === setting && !settingOf(known).fixed)
  if (!isKnown)
    throw new Error(`${name} must be a setting, such as EMAIL_DELAY_MS=300, not "${text}"`)
  return { ...earlier, [setting]: value }
}

const [quick] = profileNames
const until = 'repeat until every 95 % interval is this narrow'
const scale = 'replicas: the command that scales a service'
const description = 'Predicts, measures and judges the lab, and writes a report.'
const options = [
  new Option('--profile <name>', 'length of the measurement').choices(profileNames).default(quick),
  new Option('--only <experiments...>', 'only these experiments').choices(experimentNames),
  createOption('--until <percent>', until, parsePercent),
  createOption('--seed <number>', 'seed of the random order', parseSeed, 1),
  createOption('--set <setting>', 'a setting of the services; several may follow', parseSetting),
  ...generatorOptions(),
  createOption('--resume <folder>', 'continue this measurement', asText),
  createOption('--verify <folder>', 'check that a result is what was measured', asText),
  new Option('--compare <folders...>', 'judge two results against each other'),
  new Option('--compare-commits <commits...>', 'measure two commits in turns, and judge them'),
  createOption('--change <percent>', 'compare-commits: the change to find', parsePercent, 0.2),
  ...platformOptions(),
  createOption('--scale <command>', scale, parseScale, swarmScale),
  new Option('--ignore-gate', 'measure even if the load generator is too slow here'),
  refuseAsync(
    'The lab measures the synchronous style; the asynchronous one can be loaded: npm run load -- --async',
  ),
]
export const command = createCommand('lab', description, options, examples)

export type LabCommandOptions = Address & {
  profile: ProfileName
  only?: ExperimentName[]
  until?: number
  seed: number
  set?: Record<string, string>
  generator?: string[]
  host?: string | undefined
  resume?: string
  verify?: string
  compare?: string[]
  compareCommits?: string[]
  /** A share. */
  change: number
  scale: string
  ignoreGate?: boolean
}
