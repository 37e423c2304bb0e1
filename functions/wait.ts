import { setTimeout } from 'node:timers/promises'

/** Resolves after `ms` milliseconds or a little more, never less: a timer may fire up to a millisecond early. */
export async function waitAtLeast(ms: number, signal?: AbortSignal): Promise<void> {
  const end = performance.now() + ms
  for (let left = ms; left > 0; left = end - performance.now())
    await setTimeout(Math.ceil(left), undefined, signal ? { signal } : {})
}
