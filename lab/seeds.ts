import { hash } from 'node:crypto'

/**
 * A seed of its own for each purpose and number: neighbouring seeds have nothing in common.
 * @returns a whole number below 2^28, so that all its streams fit into 32 bits
 */
export const hashSeed = (...parts: (string | number)[]): number =>
  Number.parseInt(hash('sha256', parts.join('/')).slice(0, 7), 16)
