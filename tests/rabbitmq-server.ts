/** A RabbitMQ of the tests, in a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRabbitmq } from '../local/rabbitmq/rabbitmq.ts'
import { clientOf } from './rabbitmq.ts'

/** Starts one on a free port. */
export async function openRabbitmq() {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-rabbitmq-'))
  let server = await startRabbitmq({ folder })
  const { url, folder: data } = server
  const signal = (name: NodeJS.Signals) => void process.kill(server.pid, name)

  async function kill(): Promise<void> {
    // It keeps the names of new queues in memory for three minutes, and loses them with all they hold.
    await server.persistQueues()
    signal('SIGKILL')
    await server.exited
  }
  async function start(): Promise<void> {
    server = await startRabbitmq({ folder: data, port: Number(new URL(url).port) })
  }
  return {
    ...clientOf(url),
    /** Has it publish a copy of whatever is published. */
    trace: () => server.control('trace_on'),
    kill,
    /** Starts it again, on its port and with its data. */
    start,
    async restartAtOnce(): Promise<void> {
      await kill()
      await start()
    },
    /** Takes its processor time, so that it answers nobody. */
    hang: () => signal('SIGSTOP'),
    goOn: () => signal('SIGCONT'),
    async close(): Promise<void> {
      signal('SIGCONT')
      await server.stop()
      for (const path of new Set([folder, data])) await rm(path, { recursive: true, force: true })
    },
  }
}

export type TestRabbitmq = Awaited<ReturnType<typeof openRabbitmq>>
