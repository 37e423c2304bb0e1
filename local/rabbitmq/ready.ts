/** When a server of the lab is ready, and why it is not. */
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Connection } from 'rabbitmq-client'

const pollMs = 50
/** A start takes 5 s alone, and much longer beside a whole laboratory that starts. */
export const startMs = 120_000

/** Resolves when a port is listened on. */
export async function untilListening(port: number, signal?: AbortSignal): Promise<void> {
  const once = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true))
      socket.once('error', () => resolve(false)).once('connect', () => socket.destroy())
    })
  while (!signal?.aborted && !(await once())) await delay(pollMs)
}

/**
 * Waits until the server lets the lab in.
 * @throws Error if it ends before, takes too long, or rejects the password
 */
export async function untilReady(
  url: string,
  port: number,
  exited: Promise<unknown>,
): Promise<void> {
  const failed = new AbortController()
  const fail = (reason: string) => failed.abort(new Error(reason))
  void exited.then(() => fail('it ended without a reason'))
  const timer = setTimeout(fail, startMs, `it is not ready after ${startMs / 1000} s`)
  await untilListening(port, failed.signal)
  const connection = new Connection({ url, connectionTimeout: startMs })
  try {
    await new Promise((resolve, reject) => {
      connection.once('connection', resolve).on('error', reject)
      if (failed.signal.aborted) reject(failed.signal.reason)
      failed.signal.addEventListener('abort', () => reject(failed.signal.reason))
    })
  } finally {
    clearTimeout(timer)
    await connection.close()
  }
}

/** The first reason that RabbitMQ gave, without what stands before it in the line. */
export async function complaintIn(log: string): Promise<string | undefined> {
  const lines = (await readFile(log, 'utf8').catch(() => '')).split('\n')
  const reasons = [/^ERROR: (.+)/, /\[error\].* for reason (.+)/, /\[error\] <\S+> (\S.+)/]
  return reasons.flatMap((reason) => lines.flatMap((line) => reason.exec(line)?.[1] ?? []))[0]
}
