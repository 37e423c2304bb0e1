import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Outgoing } from './fast-path.ts'

/** What a client receives when a server answers in this way. */
async function received(answer: (outgoing: Outgoing) => void): Promise<Response> {
  const server = createServer({ ServerResponse: Outgoing }, (_, outgoing) => answer(outgoing))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

const further = { 'x-one': '1', connection: 'close' }

test.each<[string, (outgoing: Outgoing) => void]>([
  ['other headers', (outgoing) => outgoing.writeHead(201, { 'X-Two': '2' }).end()],
  ['a reason and headers', (outgoing) => outgoing.writeHead(201, 'Made', { 'X-Two': '2' }).end()],
  ['headers that were set', (outgoing) => outgoing.setHeader('x-two', '2').writeHead(201).end()],
])('further headers are written with %s', async (_, begin) => {
  const { status, headers } = await received((outgoing) => {
    outgoing.further = further
    begin(outgoing)
  })
  expect([status, headers.get('x-one'), headers.get('x-two')]).toEqual([201, '1', '2'])
  expect(headers.get('connection')).toBe('close')
})

test('a response that begins by itself has them too', async () => {
  const { headers } = await received((outgoing) => {
    outgoing.further = further
    outgoing.end('ok')
  })
  expect(headers.get('x-one')).toBe('1')
})

test('a header of the response replaces a further one', async () => {
  const { headers } = await received((outgoing) => {
    outgoing.further = further
    outgoing.writeHead(200, { 'x-one': 'own' }).end()
  })
  expect(headers.get('x-one')).toBe('own')
})

test('a reason is sent', async () => {
  expect((await received((outgoing) => outgoing.writeHead(200, 'Fine').end())).statusText).toBe(
    'Fine',
  )
})
