/** Starts PostgreSQL and the services on one machine, plays the tour, and runs until a signal. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Option } from 'commander'
import { explainStart, runInForeground } from '../local/processes/foreground.ts'
import type { StartOptions } from '../local/start.ts'
import type { ReadyLab } from '../local/starter.ts'
import { firstPortOf } from '../model/services.ts'
import { settings } from '../model/settings.ts'
import { styles } from '../model/styles.ts'
import { createCommand, isMain, type Program, runProgram, UsageError } from './command-line.ts'
import { asyncOption, firstPortOption, folderOption, withStyle } from './shared-options.ts'

const description =
  'Starts the lab on this machine: PostgreSQL, the services, and a tour of the six ' +
  'scenarios. Ctrl-C stops it.'

const notes = `
Settings are passed on to the services: PAYMENT_DELAY_MS=100 npm start. If DATABASE_URL or
BROKER_URL is set, the lab uses that server instead of its own. docs/settings.md lists all settings.
`

const runtime = 'runtime of the services; Bun is downloaded on first use'
const brokers = 'with --async, where messages wait: in PostgreSQL, or in a RabbitMQ of the PATH'
const options = [
  asyncOption(),
  new Option('--broker <broker>', brokers).choices(settings.BROKER.choices),
  new Option('--no-tour', 'do not play the six scenarios after the start'),
  new Option('--fast', 'shorten delays and CPU work to a tenth').default(false),
  new Option('--runtime <runtime>', runtime).choices(['node', 'bun']).default('node'),
  new Option('--ephemeral', 'delete the database at the end').default(false),
  new Option('--observe', 'start a Prometheus from the PATH as well').default(false),
  firstPortOption(),
  folderOption(),
]
const command = createCommand('start', description, options, notes)

type Options = StartOptions & { tour: boolean }

const tourProgram = fileURLToPath(new URL('./tour.ts', import.meta.url))

/** Plays the six scenarios in its own process, like any client. */
async function playTour({ style, signal, ...lab }: ReadyLab): Promise<void> {
  const address = ['--base-url', lab.baseUrl, '--first-port', String(lab.firstPort)]
  const place = style === 'async' ? ['--async', '--folder', lab.folder] : []
  const tour = spawn(process.execPath, [tourProgram, ...address, ...place], { stdio: 'inherit' })
  const end = () => tour.kill()
  signal.addEventListener('abort', end, { once: true })
  await once(tour, 'exit').catch((error: Error) =>
    console.error(`The tour cannot be started: ${error.message}`),
  )
  signal.removeEventListener('abort', end)
}

function tourCommand({ style, baseUrl, firstPort, folder }: ReadyLab): string {
  const options: string[] = []
  if (style === 'async') options.push('--async')
  if (baseUrl !== 'http://localhost') options.push(`--base-url ${baseUrl}`)
  if (firstPort !== firstPortOf(styles[style])) options.push(`--first-port ${firstPort}`)
  if (style === 'async' && folder !== resolve(styles.async.folder))
    options.push(`--folder ${relative('', folder)}`)
  return ['npm run tour', ...(options.length > 0 ? ['--'] : []), ...options].join(' ')
}

/** The message of a running lab: how to stop it, and its addresses. */
const runningMessage = (lab: ReadyLab, { ephemeral }: StartOptions): string => `
The lab is running. Ctrl-C stops it and ${ephemeral ? 'deletes' : 'keeps'} its data.
  documentation   ${lab.baseUrl}:${lab.firstPort}/docs, and the same on each port
  metrics         ${lab.baseUrl}:${lab.firstPort}/metrics
  logs            ${relative('', join(lab.folder, 'logs'))}, one JSON line per request
  tour            ${tourCommand(lab)}`

const end = new AbortController()

async function run(): Promise<number> {
  const options = withStyle(command.opts<Options>())
  if (options.broker && options.style === 'sync')
    throw new UsageError('--broker needs --async: services that call each other send no messages')
  const whenReady = async (lab: ReadyLab) => {
    if (options.tour) await playTour(lab)
    if (!lab.signal.aborted) console.log(runningMessage(lab, options))
  }
  await runInForeground(options, whenReady, end)
  return 0
}

export const start: Program = {
  command,
  run,
  explain: (error) => `Lockstep cannot start. ${explainStart(error)}`,
  onClosedPipe: () => end.abort(),
}

if (isMain(import.meta.url)) {
  await runProgram(start)
  process.exit()
}
