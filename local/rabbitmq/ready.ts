/** When a server of the lab is ready, and why it is not. */
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Connection } from 'rabbitmq-client'
import { BrokerProblem } from '../../runtime/messaging/rabbitmq/broker-problem.ts'
import { nodesOf } from '../../runtime/messaging/rabbitmq/broker-url.ts'
import { requireVersion } from '../../runtime/messaging/rabbitmq/version.ts'

const pollMs = 50
/** A start takes 5 s alone, and much longer beside a whole laboratory that starts. */
export const startMs = 120_000
const answerMs = 2000

/** Resolves when a port is listened on. */
export async function untilListening(port: number): Promise<void> {
  const listens = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true))
      socket.once('error', () => resolve(false)).once('connect', () => socket.destroy())
    })
  while (!(await listens())) await delay(pollMs)
}

/**
 * Resolves when a broker answers. Another program may have its port: the client library would end
 * this process for what that one says.
 */
async function untilAnswering(url: string, signal: AbortSignal): Promise<void> {
  const [node] = nodesOf(url)
  while (node && !signal.aborted)
    try {
      return await requireVersion(node, answerMs)
    } catch (error) {
      // One that is too old answers: its services say so.
      if (error instanceof BrokerProblem) return
      await delay(pollMs)
    }
}

/** Resolves when the broker takes the password. */
async function untilConnected(url: string, signal: AbortSignal): Promise<void> {
  const connection = new Connection({ url, connectionTimeout: startMs })
  try {
    await new Promise((resolve, reject) => {
      connection.once('connection', resolve).on('error', reject)
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  } finally {
    await connection.close()
  }
}

/**
 * Waits until the server lets the lab in.
 * @throws Error if it ends before, takes too long, or rejects the password
 */
export async function untilReady(url: string, exited: Promise<unknown>): Promise<void> {
  const failed = new AbortController()
  const fail = (reason: string) => failed.abort(new Error(reason))
  void exited.then(() => fail('it ended without a reason'))
  const timer = setTimeout(fail, startMs, `it is not ready after ${startMs / 1000} s`)
  try {
    await untilAnswering(url, failed.signal)
    failed.signal.throwIfAborted()
    await untilConnected(url, failed.signal)
  } finally {
    clearTimeout(timer)
  }
}

/** The first reason that RabbitMQ gave, without what stands before it in the line. */
export async function complaintIn(log: string): Promise<string | undefined> {
  const lines = (await readFile(log, 'utf8').catch(() => '')).split('\n')
  const reasons = [/^ERROR: (.+)/, /\[error\].* for reason (.+)/, /\[error\] <\S+> (\S.+)/]
  return reasons.flatMap((reason) => lines.flatMap((line) => reason.exec(line)?.[1] ?? []))[0]
}
