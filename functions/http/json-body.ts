/**
 * From the bytes of a JSON body to its values, without a change on the way: what `JSON.parse` would
 * replace, round or drop is refused.
 */
import type { z } from '@hono/zod-openapi'
import { HttpError } from './refusal.ts'

const refused = (loc: string[], msg: string, type: string) =>
  new HttpError(422, [{ loc: ['body', ...loc], msg, type }])

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The text of a body, without its byte order mark.
 * @throws HttpError 422 if it is not UTF-8
 */
export function decodeBody(bytes: Uint8Array | ArrayBuffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw refused([], 'is not valid UTF-8', 'utf8_invalid')
  }
}

/** A number that a double does not keep. No schema accepts it. */
class InexactNumber {
  readonly sent: string
  constructor(sent: string) {
    this.sent = sent
  }
}

/** Tells what would become of a number; an error map for schemas. */
export const explainInexact: z.core.$ZodErrorMap = ({ input }) =>
  input instanceof InexactNumber
    ? `${input.sent.slice(0, mostDigits)} would be read as ${Number(input.sent)}`
    : undefined

// As many as `toPrecision` has, and more than a double ever needs.
const mostDigits = 100

const significant = (decimal: string) =>
  decimal
    .replace(/e.*/i, '')
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '')

/** Whether a double, rounded to as many digits as were sent, has the digits that were sent. */
function isKept(sent: string): boolean {
  const value = Number(sent)
  if (sent.length > mostDigits || Object.is(value, -0)) return false
  const digits = significant(sent)
  // Half-way between two, `toPrecision` has the upper one, and others may have sent the lower one.
  return (
    significant(value.toPrecision(digits.length || 1)) === digits ||
    significant(value.toPrecision(mostDigits)) === `${digits}5`
  )
}

const parts = /("[^"\\]*(?:\\.[^"\\]*)*")(?:(\s*:\s*)(-?\d[\d.e+-]*)?)?|[{}]/gi

/**
 * Looks through all members of valid JSON, and puts what no schema accepts in place of numbers that
 * a double does not keep. Fields are never nested, so that deeper numbers are those of unknown ones.
 * @throws HttpError 422 naming a key that comes twice in its object
 */
function check(text: string, value: Record<string, unknown>): void {
  const open: Set<string>[] = []
  for (const [token, string = '', colon, number] of text.matchAll(parts)) {
    if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    if (colon === undefined) continue
    const key = JSON.parse(string) as string
    if (open.at(-1)?.has(key)) throw refused([key], 'comes twice', 'repeated_key')
    open.at(-1)?.add(key)
    if (number && open.length === 1 && !isKept(number)) value[key] = new InexactNumber(number)
  }
}

// A double keeps 15 digits. It matches in texts as well, which only costs time.
const maybeInexact = /\d[.\d]{15}|\d[eE]|-0/

// Before the colon of a member, or in a text.
const beforeColon = '" \t\n\r'

/** Whether an object may have keys that came twice, or members that are objects. */
function mayRepeat(text: string, value: object): boolean {
  let members = 0
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1))
    if (beforeColon.includes(text.charAt(at - 1))) members += 1
  return members !== Object.keys(value).length
}

/**
 * The values of a JSON text.
 * @throws HttpError 422 if it is not JSON, or if a key comes twice
 */
export function parseBody(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refused([], 'is not valid JSON', 'json_invalid')
  }
  if (typeof value !== 'object' || value === null) return value
  if (mayRepeat(text, value) || maybeInexact.test(text))
    check(text, value as Record<string, unknown>)
  return value
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/**
 * The values of a JSON text that may be left out: then an empty object.
 * @throws HttpError 400 if it is not JSON, 422 if a key comes twice
 */
export function parseOptionalBody(text: string): unknown {
  if (text.trim() === '') return {}
  if (!isJson(text)) throw new HttpError(400, 'The body is not JSON')
  return parseBody(text)
}
