/** Pauses between attempts to reach a server that is away. */

export const firstPauseMs = 250
const longestPauseMs = 1000

/**
 * The pause after one of so many milliseconds. A server may start with its services, and many that
 * ask often would slow its start down.
 */
export const longerPauseMs = (pauseMs: number): number => Math.min(2 * pauseMs, longestPauseMs)
