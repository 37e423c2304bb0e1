/** Values that users write in options and in the variables of k6. */

const secondsIn: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600 }

/**
 * Reads a duration in the format of k6: `90s` or `1m30s`.
 * @returns seconds
 * @throws Error naming the variable
 */
export function parseDuration(name: string, text: string): number {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text))
    throw new Error(`${name} must be a duration such as 90s or 2m, not ${JSON.stringify(text)}`)
  return [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (secondsIn[unit] ?? 0),
    0,
  )
}

/**
 * Reads a duration above 0.
 * @returns seconds
 * @throws Error naming the variable
 */
export function parseLength(name: string, text: string): number {
  const seconds = parseDuration(name, text)
  if (seconds === 0) throw new Error(`${name} must be longer than 0, not "${text}"`)
  return seconds
}

/**
 * Reads a number above 0.
 * @throws Error naming the variable
 */
export function parsePositive(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0)
    throw new Error(`${name} must be a number above 0, not ${JSON.stringify(text)}`)
  return value
}

/**
 * Reads the number of one scenario.
 * @throws Error naming the variable
 */
export function parseScenario(name: string, text: string): number {
  if (!/^[1-6]$/.test(text))
    throw new Error(`${name} must be the number of a scenario, 1 to 6, not ${JSON.stringify(text)}`)
  return Number(text)
}

/**
 * Parses the address of a lab, without slashes at its end.
 * @throws Error unless the text is an HTTP URL that consists of scheme and host
 */
export function parseBaseUrl(name: string, text: string): string {
  const base = text.replace(/\/+$/, '')
  if (/^https?:\/\/([^/:?#@[\]\s]+|\[[\da-f:.]+\])$/i.test(base)) return base
  const example = 'scheme and host without a port, such as http://localhost'
  throw new Error(`${name} must be ${example}, not ${JSON.stringify(text)}`)
}
