/**
 * Whether a body has the fields of its contract. The scripts do not import the contract, so that a
 * container can mount them without it.
 */

/** Whether a body is the designed one, for the body that was sent. */
export type Matches = (body: unknown, sent: Record<string, unknown>) => boolean

type Check = (value: unknown) => boolean

export const is =
  (expected: unknown): Check =>
  (value) =>
    value === expected

export const text: Check = (value) => typeof value === 'string' && value.length > 0
export const number: Check = (value) => Number.isFinite(value)
export const id: Check = (value) =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 2_147_483_647
export const timestamp: Check = (value) =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value))
export const uuid: Check = (value) =>
  /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(String(value))
export const sha256: Check = (value) => /^[\da-f]{64}$/i.test(String(value))

/** Whether `value` is an object whose fields pass their checks; further fields do not matter. */
export function matches(value: unknown, fields: Record<string, Check>): boolean {
  if (typeof value !== 'object' || value === null) return false
  const body = value as Record<string, unknown>
  return Object.keys(fields).every((name) => fields[name]?.(body[name]))
}
