import http from 'k6/http'

/** How long a generator waits for the others. */
export const startTimeout = '130s'

/**
 * Waits until all load generators are ready.
 * @throws Error if the address is not reached, or does not answer in time
 */
export function awaitStart(url: string): void {
  const { status, error } = http.get(url, { timeout: startTimeout })
  if (status === 200) return
  throw new Error(
    `This generator does not reach ${url}, where the measurement runs (${error || status}). ` +
      '--host names the address of that machine for other machines.',
  )
}
