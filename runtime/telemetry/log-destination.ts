import { pino } from 'pino'

/** Where complete log lines are written, at once. */
type Destination = { write: (lines: string) => unknown }

/**
 * Gathers the log lines of one turn of the event loop into one write, because a system call for
 * each costs more than the line. What is gathered is written before the process exits, so that only
 * SIGKILL can lose it: the lines of one turn.
 */
export function createLogDestination(destination: Destination = pino.destination({ sync: true })) {
  let gathered = ''
  function flushSync(): void {
    const lines = gathered
    gathered = ''
    if (lines !== '') destination.write(lines)
  }
  process.on('exit', flushSync)
  return {
    write(line: string): void {
      if (gathered === '') setImmediate(flushSync)
      gathered += line
    },
    /** Writes what is gathered; pino calls it after a fatal line. */
    flushSync,
  }
}
