import { parseArgs } from 'node:util'
import type { StartOptions } from '../local/start-options.ts'
import { highestFirstPort } from '../model/services.ts'

/** What is wrong with the command line, in words for whoever typed it. */
export class UsageError extends Error {
  override name = 'UsageError'
}

export const help = `Starts the lab on this machine: PostgreSQL, the services, and a tour of the six scenarios. Ctrl-C ends it all.

  npm start -- [options]

  --no-tour            do not play the six scenarios after the start
  --fast               shorten delays and CPU work to a tenth
  --runtime bun        run the services on Bun instead of Node.js (fetched when first asked for)
  --ephemeral          throw the database away at the end
  --observe            watch with a Prometheus from the PATH
  --first-port 8001    port of userservice; the others follow it
  --folder .lab        where the database and the logs are kept
  --help               show this

Settings are passed on to the services: PAYMENT_DELAY_MS=100 npm start. With DATABASE_URL set, that server is used and none
is started. README.md lists all settings.
`

/**
 * Reads the command line; `undefined` where it asks for help.
 * @throws UsageError naming what is wrong
 */
export function parseOptions(args: string[]): StartOptions | undefined {
  const values = parse(args)
  if (values.help) return undefined
  const { runtime, folder } = values
  if (runtime !== 'node' && runtime !== 'bun')
    throw new UsageError(`--runtime must be node or bun, not "${runtime}"`)
  const firstPort = Number(values['first-port'])
  if (!Number.isInteger(firstPort) || firstPort < 1 || firstPort > highestFirstPort)
    throw new UsageError(
      `--first-port must be a port from 1 to ${highestFirstPort}, not "${values['first-port']}"`,
    )
  const { fast, ephemeral, observe } = values
  return { tour: !values['no-tour'], fast, runtime, ephemeral, observe, firstPort, folder }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        'no-tour': { type: 'boolean', default: false },
        fast: { type: 'boolean', default: false },
        runtime: { type: 'string', default: 'node' },
        ephemeral: { type: 'boolean', default: false },
        observe: { type: 'boolean', default: false },
        'first-port': { type: 'string', default: '8001' },
        folder: { type: 'string', default: '.lab' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
