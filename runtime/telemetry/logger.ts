import { type Logger, pino } from 'pino'
import { metrics as declared } from '../../model/metrics.ts'
import { createLogDestination } from './log-destination.ts'
import type { Metrics } from './metrics.ts'

export type LoggerOptions = { service: string; level: string; metrics: Metrics }

/** Tells the starter why the log is not written, in words; `null` when it is written again. */
export type LogMessage = { lostLog: string | null }

/** The log of a service: one JSON line for each event, on the standard output. */
export function createLogger({ service, level, metrics }: LoggerOptions): Logger {
  const logger: Logger = pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    createLogDestination({
      onDropped: () => metrics.logLinesDropped.inc(),
      onLost: (reason) => tellLost(service, reason),
      onRegained(dropped) {
        // First, for this line may be lost again.
        tellStarter({ lostLog: null })
        logger.warn({ dropped }, 'log lines were dropped: they could not be written')
      },
    }),
  )
  return logger
}

const tellStarter = (message: LogMessage) => void process.send?.(message, () => {})

/** Says in the terminal that the log is not written: the starter does it for all its services. */
function tellLost(service: string, reason: string): void {
  const lostLog =
    `${service} cannot write its log (${reason}): until there is room it drops lines, ` +
    `counted in ${declared.logLinesDropped.name}`
  if (process.connected) tellStarter({ lostLog })
  else console.error(lostLog)
}
