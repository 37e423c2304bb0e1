import { sleep } from 'k6'
import exec from 'k6/execution'

/** Milliseconds since k6 began, with decimals: `Date.now` counts whole ones. */
export const nowMs = (): number => exec.instance.currentTestRunDuration

// Timers of Go fire up to 1.1 ms late while its process is idle, as the system counts their time in
// whole milliseconds.
const timerMs = 1

/**
 * Waits until a moment of `nowMs`, and aims a millisecond before it, so that no request is late only
 * because of its timer.
 */
export function waitUntil(atMs: number): void {
  const remainingMs = atMs - timerMs - nowMs()
  if (remainingMs > 0) sleep(remainingMs / 1000)
}

/**
 * Pauses a user.
 * @returns how late its pause ended, in milliseconds: more than a timer is late if k6 waited for a
 *   core
 */
export function pause(seconds: number): number {
  const endMs = nowMs() + seconds * 1000
  waitUntil(endMs)
  return Math.max(0, nowMs() - endMs)
}
