import { ConfigError, parseSettings } from '../../runtime/settings/config.ts'
import { dropPostgresVariables } from '../postgres/binaries.ts'
import { StartError, type StartOptions } from '../start.ts'
import { runLab, type StarterOptions } from '../starter.ts'
import { bypassProxies } from './addresses.ts'
import { onInterrupt } from './interrupts.ts'

/**
 * Runs a lab in this process until a signal ends it, or until the program that started this one
 * over an IPC channel is gone. A second signal ends it at once.
 */
export async function runInForeground(
  options: StartOptions,
  whenReady: StarterOptions['whenReady'],
  end = new AbortController(),
): Promise<void> {
  const settings = parseSettings(process.env)
  bypassProxies()
  if (!process.env.DATABASE_URL) dropPostgresVariables()
  const hurry = new AbortController()
  onInterrupt(() => (end.signal.aborted ? hurry : end).abort())
  process.on('disconnect', () => end.abort())
  const signals = { signal: end.signal, hurry: hurry.signal }
  await runLab({ options, settings, environment: process.env, ...signals, whenReady })
}

/** One line for an error that the user can fix; a stack trace for a bug. */
export function explainStart(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StartError) return error.message
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
    return (
      'The disk is full. Free some space, or keep the lab elsewhere: ' +
      'npm start -- --folder /path/to/lab'
    )
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
