import { describe, expect, test } from 'vitest'
import { type FunctionName, functionNames } from '../../model/services.ts'
import { send, style } from './exchange.ts'
import { writeRoutes } from './write-routes.ts'

type Schema = {
  type?: string | string[]
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  maxLength?: number
  properties?: Record<string, Schema>
}
type Content = { content?: Record<string, { schema: Schema }> }
type Operation = {
  operationId?: string
  parameters?: { name: string; in: string; schema: Schema }[]
  requestBody?: Content
  responses: Record<string, Content & { headers?: Record<string, unknown> }>
}
type Document = { paths: Record<string, Record<string, Operation>> }

const documentOf = async (service: FunctionName) =>
  (await send({ service, method: 'GET', path: '/openapi.json' })).body as Document

const operationsOf = ({ paths }: Document) =>
  Object.values(paths).flatMap((methods) => Object.entries(methods))

const schemaOf = (content?: Content) => content?.content?.['application/json']?.schema

/** The schema of a field of an operation's body. */
async function bodyField(service: FunctionName, path: string, field: string) {
  const { paths } = await documentOf(service)
  const operation = paths[path]?.post ?? paths[path]?.put
  return schemaOf(operation?.requestBody)?.properties?.[field]
}

describe.each(functionNames)('the document of %s', (service) => {
  test('names every operation once', async () => {
    const ids = operationsOf(await documentOf(service)).map(([, { operationId }]) => operationId)
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('documents responses to other methods and to foreign pages', async () => {
    for (const [, { responses }] of operationsOf(await documentOf(service))) {
      expect(responses[405]?.headers).toHaveProperty('Allow')
      expect(responses).toHaveProperty('403')
    }
  })

  test('documents refused bodies', async () => {
    const operations = operationsOf(await documentOf(service))
    // A payment that fails by design has no body in the asynchronous style.
    const takesBody = (method: string, { requestBody }: Operation) =>
      style === 'async' ? requestBody !== undefined : method !== 'get'
    const writing = operations.filter(([method, operation]) => takesBody(method, operation))
    expect(writing.length > 0).toBe(writeRoutes[service] !== undefined)
    for (const [, { responses }] of writing)
      expect(Object.keys(responses)).toEqual(
        expect.arrayContaining(['403', '405', '408', '413', '415', '422', '500', '503']),
      )
  })

  test('documents Retry-After', async () => {
    const { paths } = await documentOf(service)
    for (const [path, methods] of Object.entries(paths))
      for (const { responses } of Object.values(methods))
        if (!['/health', '/ready'].includes(path))
          expect(responses[503]?.headers).toHaveProperty('Retry-After')
  })
})

test.runIf(style === 'sync').each([
  ['/process_payment', '200', (schema?: Schema) => schema],
  ['/process_payment_fail', '400', (schema?: Schema) => schema?.properties?.detail],
] as const)('%s returns an order or null', async (path, status, within) => {
  const { paths } = await documentOf('payment')
  const answer = within(schemaOf(paths[path]?.post?.responses[status]))
  expect(answer?.properties?.order_id).toEqual({
    type: ['integer', 'null'],
    minimum: 0,
    maximum: 2_147_483_647,
  })
})

test.each([
  ['user', '/register'],
  ...(style === 'sync' ? [['email', '/send_welcome_email'] as const] : []),
] as const)('%s accepts an e-mail address', async (service, path) => {
  expect(await bodyField(service, path, 'email')).toEqual({
    type: 'string',
    format: 'email',
    maxLength: 254,
  })
})

test.each([
  ['analytics', '/track_click', 'page', 2048],
  ['report', '/generate_report', 'report_type', 255],
  ['product', '/products/{product_id}', 'name', 255],
] as const)('%s accepts text without NUL', async (service, path, field, maxLength) => {
  const schema = await bodyField(service, path, field)
  expect(schema).toMatchObject({ minLength: 1, maxLength })
  const pattern = new RegExp(schema?.pattern ?? 'missing', 'u')
  expect(pattern.test('ü\n😀')).toBe(true)
  expect(pattern.test('a\0b')).toBe(false)
})

test.each([
  ['user', '/register'],
  ['order', '/create_order'],
] as const)('%s accepts a key of visible ASCII', async (service, path) => {
  const { parameters = [] } = (await documentOf(service)).paths[path]?.post ?? expect.fail(path)
  const key = parameters.find(({ name }) => name === 'idempotency-key')
  const pattern = new RegExp(key?.schema.pattern ?? 'missing')
  expect(pattern.test('!~'.repeat(127))).toBe(true)
  for (const bad of ['', 'two words', 'ü', 'x'.repeat(256)]) expect(pattern.test(bad)).toBe(false)
})
