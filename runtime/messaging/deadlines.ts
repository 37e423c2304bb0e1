/** Signals that abort deliveries: each at its deadline, and all of them when this process ends. */
export function createDeadlines() {
  const running = new Set<AbortController>()
  let isStopping = false
  return {
    /** @param atMs by the clock of `performance.now()` */
    begin(atMs: number) {
      const controller = new AbortController()
      const timer = setTimeout(() => controller.abort(), Math.max(0, atMs - performance.now()))
      running.add(controller)
      if (isStopping) controller.abort()
      return {
        signal: controller.signal,
        end(): void {
          clearTimeout(timer)
          running.delete(controller)
        },
      }
    },
    isStopping: () => isStopping,
    /** Aborts all deliveries. */
    stop(): void {
      isStopping = true
      for (const controller of running) controller.abort()
    },
  }
}

export type Deadlines = ReturnType<typeof createDeadlines>
