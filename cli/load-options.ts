import { parseArgs } from 'node:util'
import { parseLoad, profiles } from '../k6-tests/environment.ts'
import { ownBaseUrl } from '../local/addresses.ts'
import { services } from '../model/services.ts'

export const help = `Loads the lab with k6, all six scenarios at once; starts a lab where none is up.

  npm run load -- [profile] [options]

  profile                       ${Object.keys(profiles).join(', ')}
  --only 3                      one scenario alone
  --duration 2m                 for another time than the profile's
  --report                      with k6's own report as a web page, in results/
  --base-url http://localhost   scheme and host of the lab
  --first-port 8001             port of userservice; the nine others follow it
  --help                        show this

The exit code is 0 if the load was played as asked, every limit was kept, and the results were written. k6 alone does the same: k6 run -e PROFILE=heavy k6-tests/script-sync.js
`

export type LoadOptions = {
  baseUrl: string
  firstPort: number
  /** What the script reads with `__ENV`. */
  environment: Record<string, string>
  /** Whether k6 writes its own report. */
  report: boolean
}

/**
 * Reads the command line; `undefined` where it asks for help.
 * @throws Error naming what is wrong
 */
export function parseLoadOptions(args: string[]): LoadOptions | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      duration: { type: 'string' },
      report: { type: 'boolean', default: false },
      'base-url': { type: 'string', default: ownBaseUrl() },
      'first-port': { type: 'string', default: String(services.user.port) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return undefined
  if (positionals.length > 1)
    throw new Error(`One profile at a time, not ${positionals.join(' and ')}`)
  const { 'base-url': baseUrl, 'first-port': firstPort, only, duration, report } = values
  const environment = {
    // Said even if it is the default: k6 variables of the shell cannot replace what was asked for.
    PROFILE: positionals[0] ?? 'default',
    ...(only && { ONLY: only }),
    ...(duration && { DURATION: duration }),
  }
  parseLoad(environment)
  return { baseUrl, firstPort: Number(firstPort), environment, report }
}
