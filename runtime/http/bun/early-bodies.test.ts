import { setImmediate as immediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Arrival } from '../arrival.ts'
import { withEarlyBodies } from './early-bodies.ts'

const hello = new TextEncoder().encode('hello')

/** Sends a request with a body that says its length, and tells what it begins with. */
function send(body: string | ReadableStream<Uint8Array>, headers: Record<string, string>) {
  const begun: Arrival[] = []
  const fetch = withEarlyBodies((_, env) => {
    begun.push(env)
    return new Response('ok')
  })
  const init = { method: 'POST', body, headers, duplex: 'half' as const }
  const answer = fetch(new Request('http://localhost', init), { headers })
  return { begun, answer }
}

/** A body whose only part comes when it is let go. */
function slowBody() {
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      stream = controller
    },
  })
  const arrive = () => {
    stream?.enqueue(hello)
    stream?.close()
  }
  return { body, arrive, fail: () => stream?.error(new Error('gone')) }
}

const five = { 'content-length': '5' }

test('a body that is there is there at the begin', async () => {
  const { begun, answer } = send('hello', five)
  expect(await (await answer).text()).toBe('ok')
  expect(begun.map(({ body }) => body)).toEqual([hello])
})

test('a request does not wait for the rest of its body', async () => {
  const { body, arrive } = slowBody()
  const { begun } = send(body, five)
  await immediate()
  expect(begun).toHaveLength(1)
  arrive()
  expect(await begun[0]?.body).toEqual(hello)
  await immediate()
  expect(begun).toHaveLength(1)
})

test('a request whose body breaks off begins once', async () => {
  const { body, fail } = slowBody()
  const { begun } = send(body, five)
  fail()
  await immediate()
  expect(begun).toHaveLength(1)
  await expect(begun[0]?.body).rejects.toThrow('gone')
})

test.each([
  ['without a length', {}],
  ['with a large body', { 'content-length': '4097' }],
  ['in chunks', { ...five, 'transfer-encoding': 'chunked' }],
])('a request %s begins at once', (_, headers) => {
  const { begun } = send('hello', headers)
  expect(begun.map(({ body }) => body)).toEqual([undefined])
})

test('what begins wrongly is rejected', async () => {
  const fetch = withEarlyBodies(() => {
    throw new Error('broken')
  })
  const request = new Request('http://localhost', { method: 'POST', body: 'hello' })
  await expect(fetch(request, { headers: five })).rejects.toThrow('broken')
})
