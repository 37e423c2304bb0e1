/** All of it on one machine: PostgreSQL, ten processes, the tour; then it stays up until a signal ends it. */

import { bypassProxies } from '../local/addresses.ts'
import { onInterrupt } from '../local/interrupts.ts'
import { dropPostgresVariables } from '../local/postgres-environment.ts'
import { StartError } from '../local/start-error.ts'
import { runLab } from '../local/starter.ts'
import { ConfigError, parseSettings } from '../runtime/config.ts'
import { runProgram } from './command-line.ts'
import { playTour } from './play-tour.ts'
import { startCommand, startOptionsOf } from './start-options.ts'

const command = startCommand()
const end = new AbortController()

async function start(): Promise<number> {
  const settings = parseSettings(process.env)
  bypassProxies()
  if (!process.env.DATABASE_URL) dropPostgresVariables()
  const hurry = new AbortController()
  onInterrupt(() => (end.signal.aborted ? hurry : end).abort())
  // Whoever started this program over a channel is gone when the channel closes.
  process.on('disconnect', () => end.abort())
  await runLab({
    options: startOptionsOf(command),
    settings,
    environment: process.env,
    signal: end.signal,
    hurry: hurry.signal,
    playTour,
  })
  return 0
}

/** What a user can mend is one clear line; anything else is ours, with its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StartError) return error.message
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
    return 'The disk is full. Free some space, or keep the lab elsewhere: npm start -- --folder /path/to/lab'
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

await runProgram({
  command,
  run: start,
  explain: (error) => `Lockstep cannot start. ${explain(error)}`,
  onClosedPipe: () => end.abort(),
})
process.exit()
