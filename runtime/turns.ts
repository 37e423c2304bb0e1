/** Lets so many tasks run at once; the others wait, first come, first served. */
export function createTurns({ places }: { places: number }) {
  const waiting = new Set<() => void>()
  let running = 0

  /** Hands the place on to the task that has waited longest. */
  function leave(): void {
    const [next] = waiting
    if (!next) return void running--
    waiting.delete(next)
    next()
  }

  async function enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (running < places) return void running++
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const giveUp = () => {
      waiting.delete(resolve)
      reject(signal.reason)
    }
    waiting.add(resolve)
    signal.addEventListener('abort', giveUp, { once: true })
    return promise.finally(() => signal.removeEventListener('abort', giveUp))
  }

  return {
    /**
     * Runs a task in its turn.
     * @throws the reason of `signal` if it aborts while the task waits
     */
    async run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
      await enter(signal)
      try {
        return await task()
      } finally {
        leave()
      }
    },
  }
}
