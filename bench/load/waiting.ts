/**
 * Payments that wait at the same time, a connection each: `node waiting.ts '{"port":8002,…}'` prints
 * a line when all of them wait, and its result as JSON.
 */
import { scenarioOf } from '../../model/scenarios.ts'
import { type Connection, failLoad, openConnection } from './connection.ts'
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
const { path, body } = request({ unique: 'bench', count: 0 })
const payment = prepareRequest(method, path, body)
const health = Buffer.from('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n')
const atOnce = 50

const result: WaitingResult = { unexpected: 0, mostLateMs: 0 }
const ready: Connection[] = []
let opened = 0
let answered = 0

/** Opens a connection, and the next one once the server has accepted it: when it answers. */
function open(): void {
  if (opened === payments) return
  opened++
  let isReady = false
  openConnection({
    port,
    onOpen: ({ send }) => send(health),
    onAnswer(connection, status, milliseconds) {
      if (isReady) return count(connection, status, milliseconds)
      isReady = true
      if (ready.push(connection) === payments) sendAll()
      else open()
    },
    onLost: failLoad,
  })
}

function count(connection: Connection, status: number, milliseconds: number): void {
  if (status !== 200) result.unexpected++
  result.mostLateMs = Math.max(result.mostLateMs, milliseconds - waitMs)
  connection.end()
  if (++answered < payments) return
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit())
}

const everyMs = 5
// Half of the rest of the wait, so that the last ones have arrived and the first ones still wait.
const settleMs = (waitMs - overMs) / 2

/** Sends the payments evenly over their time. */
function sendAll(): void {
  const start = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    const due = Math.min(payments, ((performance.now() - start) / overMs) * payments)
    while (sent < due) ready[sent++]?.send(payment)
    if (sent < payments) return
    clearInterval(timer)
    setTimeout(() => console.log('measuring'), settleMs)
  }, everyMs)
}

for (let n = 0; n < atOnce; n++) open()
