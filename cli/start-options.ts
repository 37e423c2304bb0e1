import { type Command, Option } from 'commander'
import type { StartOptions } from '../local/start-options.ts'
import { createCommand } from './command-line.ts'
import { firstPortOption, folderOption } from './shared-options.ts'

const description =
  'Starts the lab on this machine: PostgreSQL, the services, and a tour of the six ' +
  'scenarios. Ctrl-C stops it.'

const notes = `
Settings are passed on to the services: PAYMENT_DELAY_MS=100 npm start. If DATABASE_URL is
set, the lab uses that server instead of its own. docs/settings.md lists all settings.
`

export const startCommand = (): Command =>
  createCommand('start', description)
    .option('--no-tour', 'do not play the six scenarios after the start')
    .option('--fast', 'shorten delays and CPU work to a tenth')
    .addOption(
      new Option('--runtime <runtime>', 'runtime of the services; Bun is downloaded on first use')
        .choices(['node', 'bun'])
        .default('node'),
    )
    .option('--ephemeral', 'delete the database at the end')
    .option('--observe', 'start a Prometheus from the PATH as well')
    .addOption(firstPortOption())
    .addOption(folderOption())
    .addHelpText('after', notes)

/** The options of a parsed command line. */
export const startOptionsOf = (command: Command): StartOptions & { tour: boolean } => ({
  fast: false,
  ephemeral: false,
  observe: false,
  ...command.opts<Omit<StartOptions, 'fast' | 'ephemeral' | 'observe'> & { tour: boolean }>(),
})
