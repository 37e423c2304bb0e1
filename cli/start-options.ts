import { type Command, Option } from 'commander'
import type { StartOptions } from '../local/start-options.ts'
import { createCommand } from './command-line.ts'
import { firstPortOption, folderOption } from './shared-options.ts'

const description =
  'Starts the lab on this machine: PostgreSQL, the services, and a tour of the six scenarios. Ctrl-C ends it.'

const notes = `
Settings are passed on to the services: PAYMENT_DELAY_MS=100 npm start. With DATABASE_URL set, that
server is used and none is started. The documentation lists all settings.
`

export const startCommand = (): Command =>
  createCommand('start', description)
    .option('--no-tour', 'do not play the six scenarios after the start')
    .option('--fast', 'shorten delays and CPU work to a tenth')
    .addOption(
      new Option('--runtime <runtime>', 'what runs the services; Bun is fetched the first time')
        .choices(['node', 'bun'])
        .default('node'),
    )
    .option('--ephemeral', 'delete the database at the end')
    .option('--observe', 'watch with a Prometheus from the PATH')
    .addOption(firstPortOption())
    .addOption(folderOption())
    .addHelpText('after', notes)

/** How a parsed command line asks for the lab to be started. */
export const startOptionsOf = (command: Command): StartOptions & { tour: boolean } => ({
  fast: false,
  ephemeral: false,
  observe: false,
  ...command.opts<Omit<StartOptions, 'fast' | 'ephemeral' | 'observe'> & { tour: boolean }>(),
})
