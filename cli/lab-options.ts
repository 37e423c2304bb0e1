import { type Command, Option } from 'commander'
import type { ExperimentName } from '../lab/experiment.ts'
import { type ProfileName, profileNames } from '../lab/experiments/profiles.ts'
import { asNumber, asText, createCommand, createOption } from './command-line.ts'
import {
  type Address,
  baseUrlOption,
  firstPortOption,
  generatorOption,
  hostOption,
} from './shared-options.ts'

const experimentNames = [
  'baseline',
  'capacity',
  'together',
  'fan-out',
  'replicas',
] as const satisfies ExperimentName[]

const examples = `
Examples:
  npm run lab                                the quick profile: about 7 minutes
  npm run lab -- --profile full              at most 45 minutes
  npm run lab -- --only capacity             one experiment; further names may follow
  npm run lab -- --until 5%                  repeats until the intervals are this narrow
  npm run lab -- --host 10.0.0.1 --generator 'ssh alice@10.0.0.2 k6' --generator 'ssh bob@10.0.0.3 k6'
                                             k6 on other machines
  npm run lab -- --resume results/<time>     continues an interrupted run
  npm run lab -- --compare results/A results/B
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

export const labCommand = (): Command =>
  createCommand('lab', 'Predicts, measures and judges the lab, and writes a report.')
    .addOption(
      new Option('--profile <name>', 'length of the measurement')
        .choices(profileNames)
        .default(profileNames[0]),
    )
    .addOption(
      new Option('--only <experiments...>', 'only these experiments').choices(experimentNames),
    )
    .addOption(
      createOption(
        '--until <percent>',
        'repeat until every 95 % interval is this narrow',
        parsePercent,
      ),
    )
    .addOption(createOption('--seed <number>', 'seed of the random order', parseSeed).default(1))
    .addOption(generatorOption())
    .addOption(hostOption())
    .addOption(createOption('--resume <folder>', 'continue this measurement', asText))
    .addOption(new Option('--compare <folders...>', 'judge two results against each other'))
    .addOption(baseUrlOption('replicas: scheme and host of the platform'))
    .addOption(firstPortOption())
    .addOption(
      createOption(
        '--scale <command>',
        'replicas: the command that scales a service',
        parseScale,
      ).default(swarmScale),
    )
    .option('--ignore-gate', 'measure even if the load generator is too slow here')
    .addHelpText('after', examples)

export type LabCommandOptions = Address & {
  profile: ProfileName
  only?: ExperimentName[]
  until?: number
  seed: number
  generator?: string[]
  host?: string | undefined
  resume?: string
  compare?: string[]
  /** The engine's command. */
  scale: string
  ignoreGate?: boolean
}
