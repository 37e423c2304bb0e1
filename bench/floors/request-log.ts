/** The log that the contract demands: a JSON line for each request, with its id and its hops. */
import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { type FunctionName, services } from '../../model/services.ts'

/** The part of a log line that a request collects. Its calls carry the id on. */
export type Entry = { request_id: string; hops_ms: Record<string, number> }

/** An entry of the id that a caller gave its request, or of a new one. */
export const newEntry = (id: string | undefined): Entry => ({
  request_id: id ?? randomUUID(),
  hops_ms: {},
})

type Answered = { method: string; path: string; handler: string; status: number; ms: number }

/** Opens the log of a function, which is written as the lab's own is. */
export function openRequestLog(name: FunctionName) {
  const { name: service, logLevel = 'info' } = services[name]
  const options = { base: { service }, timestamp: pino.stdTimeFunctions.isoTime }
  const logger = pino(options, pino.destination({ sync: true }))
  // Clicks have no line, and so need no id.
  const unwritten = { request_id: '', hops_ms: {} }
  const isWritten = logger.isLevelEnabled(logLevel)
  return {
    begin: (id: string | undefined): Entry => (isWritten ? newEntry(id) : unwritten),
    end(entry: Entry, answered: Answered): void {
      if (isWritten) logger[logLevel]({ ...entry, ...answered }, 'request served')
    },
  }
}

export type RequestLog = ReturnType<typeof openRequestLog>
