import { setTimeout } from 'node:timers/promises'

/**
 * Resolves after at least `ms` milliseconds. A timer of Node.js may fire up to a millisecond early.
 */
export async function waitAtLeast(ms: number, signal?: AbortSignal): Promise<void> {
  const end = performance.now() + ms
  for (let left = ms; left > 0; left = end - performance.now())
    await setTimeout(Math.ceil(left), undefined, signal ? { signal } : {})
}
