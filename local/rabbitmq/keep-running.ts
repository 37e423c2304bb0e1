import { setTimeout as delay } from 'node:timers/promises'
import { logOf, type Rabbitmq, type RabbitmqOptions, startRabbitmq } from './rabbitmq.ts'

const restartAfterMs = 500

/**
 * Starts a server, and starts it again on its port when it ends by itself. If that fails once, it
 * says why and gives up.
 * @returns the first server, and what ends the last
 * @throws Error if the first does not start
 */
export async function keepRunning(
  options: RabbitmqOptions & { port: number },
  say: (line: string) => void,
): Promise<Rabbitmq> {
  const first = await startRabbitmq(options)
  const stopping = new AbortController()

  async function restart(code: number | null): Promise<Rabbitmq | undefined> {
    const how = code === null ? 'killed' : `exit code ${code}`
    say(`RabbitMQ has stopped (${how}) and is started again: see ${logOf(first.folder)}`)
    await delay(restartAfterMs)
    if (stopping.signal.aborted) return undefined
    return startRabbitmq(options).catch((error: Error) => void say(error.message))
  }

  async function watch(): Promise<void> {
    let server: Rabbitmq | undefined = first
    while (server) {
      const code: number | null = await server.exited
      server = stopping.signal.aborted ? undefined : await restart(code)
      if (server) say('RabbitMQ is back')
    }
  }

  const watching = watch()
  const stop = async () => {
    stopping.abort()
    await first.stop()
    await watching
  }
  return { ...first, stop }
}
