import { setTimeout as delay } from 'node:timers/promises'

export type RoundsOptions = {
  /** What the first round waits for. */
  after: Promise<unknown>
  /** The pause after each round, in milliseconds. */
  everyMs: number
  round: () => Promise<void>
  /** Told of a round that failed; the next one comes all the same. */
  onError: (error: Error) => void
}

/** Does something round after round, until it is closed. */
export function startRounds({ after, everyMs, round, onError }: RoundsOptions): {
  close: () => Promise<void>
} {
  const closing = new AbortController()
  const { signal } = closing
  const closed = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  )

  async function run(): Promise<void> {
    await Promise.race([after, closed])
    while (!signal.aborted) {
      await round().catch(onError)
      await delay(everyMs, undefined, { signal }).catch(() => {})
    }
  }
  const running = run()
  return {
    async close() {
      closing.abort()
      await running
    },
  }
}
