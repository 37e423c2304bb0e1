import { setTimeout as delay } from 'node:timers/promises'

export type RoundsOptions = {
  /** Resolves when the first round may begin. */
  after: Promise<unknown>
  /** The pause after each round, in milliseconds. */
  everyMs: number
  round: () => Promise<void>
  /** Called when a round fails; the next one still runs. */
  onError: (error: Error) => void
}

/** Runs rounds until it is closed. */
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
