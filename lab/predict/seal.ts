import { hash } from 'node:crypto'

/** Objects with their keys in order; JSON has no other freedom. */
const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value

/** JSON that is the same for equal values, as RFC 8785 has it: keys in order, no white space. */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, sortKeys)

/**
 * The SHA-256 of a prediction's canonical JSON, in hex. Published before a measurement, it proves
 * that the prediction was not changed afterwards.
 */
export const seal = (prediction: object): string => hash('sha256', canonicalJson(prediction))
