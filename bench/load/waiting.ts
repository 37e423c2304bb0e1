/**
 * Payments that wait at the same time, a connection each: `node waiting.ts '{"port":8002,…}'` prints
 * a line when all of them wait, and its result as JSON.
 */
import { scenarioOf } from '../../model/scenarios.ts'
import { openConnection } from './connection.ts'
import { prepareRequest } from './prepare-request.ts'

export type WaitingOptions = {
  port: number
  payments: number
  /** The time in which they are sent, evenly; shorter than their wait. */
  overMs: number
  /** The wait of a payment. */
  waitMs: number
}

export type WaitingResult = {
  /** How many answers had another status than 200. */
  unexpected: number
  /** How long after its wait the last answer to come too late came. */
  mostLateMs: number
}

const { port, payments, overMs, waitMs } = JSON.parse(process.argv[2] ?? '') as WaitingOptions
const { method, request } = scenarioOf(2)
const result: WaitingResult = { unexpected: 0, mostLateMs: 0 }
const { path, body } = request({ unique: 'bench', count: 0 })
const bytes = prepareRequest(method, path, body)
let sent = 0
let answered = 0

function send(): void {
  const requests = [bytes]
  openConnection({
    port,
    nextRequest: () => requests.pop(),
    onAnswer: (status, milliseconds) => {
      if (status !== 200) result.unexpected++
      result.mostLateMs = Math.max(result.mostLateMs, milliseconds - waitMs)
      if (++answered === payments) finish()
    },
    onLost: (error) => {
      console.error(error.message)
      process.exit(1)
    },
  })
  sent++
}

const finish = () => process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit())

const start = performance.now()
const everyMs = 5
// Half of the rest of the wait, so that the last ones have arrived and the first ones still wait.
const settleMs = (waitMs - overMs) / 2
const timer = setInterval(() => {
  const due = Math.min(payments, ((performance.now() - start) / overMs) * payments)
  while (sent < due) send()
  if (sent < payments) return
  clearInterval(timer)
  setTimeout(() => console.log('measuring'), settleMs)
}, everyMs)
