import { type RouteConfig, z } from '@hono/zod-openapi'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FunctionName, functionNames } from '../../model/services.ts'
import { loadApp } from '../../runtime/apps.ts'
import { invalidFor, type JsonSchema, validFor } from '../json-schema.ts'
import { type OwnLab, openOwnLab, residentMiB } from './lab.ts'
import { isFull, scaled } from './scale.ts'

const cases = scaled(1000, 150)
const warmUp = 100

let own: OwnLab
beforeAll(async () => {
  const instant = {
    EMAIL_DELAY_MS: '0',
    PAYMENT_DELAY_MS: '0',
    REPORT_CPU_SECONDS: '0',
    LOG_LEVEL: 'warn',
  }
  own = await openOwnLab(instant)
})
afterAll(() => own.close())

type Endpoint = { name: FunctionName; route: RouteConfig }

const endpoints: Endpoint[] = []
for (const name of functionNames)
  for (const definition of (await loadApp(name)).openAPIRegistry.definitions)
    if (definition.type === 'route') endpoints.push({ name, route: definition.route })

const schemaOf = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema

type Sent = {
  path: string
  headers: Record<string, string>
  body?: string
  /** Whether the contract's schema accepts it; absent if the schema alone does not decide. */
  accepted?: boolean
}

const odd = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom('1', '2147483647', '2147483648', '0x10', '1e3', '-1', '1.5', 'ü', "1'--", '%00'),
  fc.string({ maxLength: 20 }),
)

const pathOf = ({ path }: RouteConfig, value: string) =>
  path.replace(/{\w+}/, encodeURIComponent(value))

/** Bodies that the contract accepts, bodies that it refuses, and text that is not JSON. */
function bodies(route: RouteConfig): fc.Arbitrary<Omit<Sent, 'path'>> {
  const content = route.request?.body?.content as
    | { 'application/json': { schema: z.ZodType } }
    | undefined
  if (!content) return fc.constant({ headers: {} })
  const contract = content['application/json'].schema
  const schema = schemaOf(contract)
  const headers = { 'content-type': 'application/json' }
  const json = fc
    .oneof(validFor(schema), invalidFor(schema))
    .map((value) => JSON.stringify(value))
    .map((body) => ({ headers, body, accepted: contract.safeParse(JSON.parse(body)).success }))
  const raw = fc.record({
    headers: fc.constantFrom<Record<string, string>>(
      {},
      headers,
      { 'content-type': 'text/plain' },
      { 'content-type': 'x' },
    ),
    body: fc.string({ maxLength: 200 }),
  })
  return fc.oneof({ arbitrary: json, weight: 4 }, { arbitrary: raw, weight: 1 })
}

const seeded = ['1', '2', '3']
const keys = fc.constantFrom('a', 'b', 'c', 'two words', '', 'x'.repeat(256))

/** Requests for an endpoint: path, query, headers and body, within the contract and outside it. */
function requests({ route }: Endpoint): fc.Arbitrary<Sent> {
  const named = route.path.includes('{')
  const value = named ? fc.oneof(fc.constantFrom(...seeded), odd) : fc.constant('')
  const query = fc.dictionary(fc.constantFrom('limit', 'after', 'status', 'other'), odd, {
    maxKeys: 3,
  })
  const key = route.request?.headers ? fc.option(keys, { nil: undefined }) : fc.constant(undefined)
  return fc
    .tuple(value, query, key, bodies(route))
    .map(([inPath, params, idempotencyKey, { accepted, ...rest }]) => ({
      path:
        pathOf(route, inPath) + (route.method === 'get' ? `?${new URLSearchParams(params)}` : ''),
      ...rest,
      ...(idempotencyKey !== undefined && {
        headers: { ...rest.headers, 'idempotency-key': idempotencyKey },
      }),
      ...(accepted !== undefined &&
        idempotencyKey === undefined &&
        (!named || seeded.includes(inPath)) && { accepted }),
    }))
}

const detail = z.object({ detail: z.unknown() })
// Statuses of every service, in addition to those of its routes: another path, no JSON, too large.
const everywhere = [404, 413, 415]

/** Sends one request; returns how its response breaks the contract, or `undefined`. */
async function objectionTo(
  { name, route }: Endpoint,
  { path, accepted, ...rest }: Sent,
): Promise<string | undefined> {
  const response = await fetch(own.lab.urls[name] + path, {
    method: route.method.toUpperCase(),
    ...rest,
  })
  const body: unknown = await response.json()
  const { status } = response
  const documented = route.responses[status] as
    | { content: { 'application/json': { schema: z.ZodType } } }
    | undefined
  if (status === 500) return `answered ${status} ${JSON.stringify(body)}`
  if (accepted !== undefined && accepted === (status === 422))
    return `answered ${status} to what its contract ${accepted ? 'accepts' : 'does not accept'}`
  if (!documented && !everywhere.includes(status))
    return `answered ${status}, which the contract has not`
  const { success, error } = (documented?.content['application/json'].schema ?? detail).safeParse(
    body,
  )
  return success
    ? undefined
    : `answered ${status} with a body outside the contract: ${error.message}`
}

const run = (endpoint: Endpoint, numRuns: number) =>
  fc.assert(
    fc.asyncProperty(requests(endpoint), async (sent) => {
      expect(await objectionTo(endpoint, sent)).toBeUndefined()
    }),
    { numRuns },
  )

const titled = endpoints.map(
  (endpoint) =>
    [`${endpoint.name} ${endpoint.route.method} ${endpoint.route.path}`, endpoint] as const,
)

test.each(titled)(
  '%s always answers within its contract',
  { timeout: 300_000 },
  async (title, endpoint) => {
    const url = own.lab.urls[endpoint.name]
    await run(endpoint, warmUp)
    const before = await residentMiB(url)
    await run(endpoint, cases - warmUp)
    const after = await residentMiB(url)
    if (isFull)
      console.log(
        `${title}: ${before.toFixed(0)} MiB after ${warmUp} cases, ${after.toFixed(0)} MiB ` +
          `after ${cases}`,
      )
    expect(after).toBeLessThan(before * 1.2)
    expect(await own.faultsOf(endpoint.name)).toEqual([])
  },
)

test('afterwards all services are alive and the ledger balances', async () => {
  for (const name of functionNames)
    expect((await fetch(`${own.lab.urls[name]}/ready`)).status).toBe(200)
  expect(await own.audit()).toMatchObject({ findings: [], balances: true, orders: { pending: 0 } })
})
