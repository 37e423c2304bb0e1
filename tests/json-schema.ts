/** Generates values for the JSON schemas of the contracts. */
import fc from 'fast-check'

export type JsonSchema = {
  type?: string
  anyOf?: JsonSchema[]
  enum?: unknown[]
  const?: unknown
  format?: string
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  properties?: Record<string, JsonSchema>
  required?: string[]
}

const wellFormed = (text: string) => !text.includes('\0') && text.isWellFormed()

function stringOf({ format, minLength = 0, maxLength = 300 }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'email') return fc.emailAddress()
  return fc
    .string({ unit: 'grapheme', minLength, maxLength })
    .filter((text) => wellFormed(text) && text.length <= maxLength)
}

function objectOf({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(
    ([name, schema]) => [name, validFor(schema)] as const,
  )
  return fc.record(Object.fromEntries(fields), { requiredKeys: required })
}

/** Generates values that a schema accepts. */
export function validFor(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(validFor))
  const { type, minimum = 0, exclusiveMinimum, maximum = 2_147_483_647 } = schema
  if (type === 'object') return objectOf(schema)
  if (type === 'string') return stringOf(schema)
  if (type === 'integer')
    return fc.integer({
      min: exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1,
      max: maximum,
    })
  if (type === 'number') return fc.double({ min: minimum, noNaN: true, noDefaultInfinity: true })
  if (type === 'boolean') return fc.boolean()
  if (type === 'null') return fc.constant(null)
  return fc.jsonValue()
}

const nasty = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    0,
    -1,
    2 ** 31,
    1.5,
    1e308,
    '',
    '\0',
    '\ud800',
    '1',
    [],
    {},
    null,
    true,
    'a'.repeat(5000),
  ),
)

/** Generates values of a schema's shape in which one field, or all, have another type. */
export function invalidFor(schema: JsonSchema): fc.Arbitrary<unknown> {
  const names = Object.keys(schema.properties ?? {})
  if (names.length === 0) return nasty
  const spoilt = fc
    .tuple(objectOf(schema), fc.constantFrom(...names), nasty)
    .map(([body, name, value]) => ({ ...(body as object), [name]: value }))
  const lacking = fc
    .tuple(objectOf(schema), fc.constantFrom(...names))
    .map(([body, name]) =>
      Object.fromEntries(Object.entries(body as object).filter(([key]) => key !== name)),
    )
  return fc.oneof(spoilt, lacking, nasty)
}
