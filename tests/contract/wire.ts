import { once } from 'node:events'
import { connect } from 'node:net'
import { inject } from 'vitest'
import type { FunctionName } from '../../model/services.ts'
import { send } from './exchange.ts'

/** An answer as it came over the wire; a status of 0 is a connection that was closed without one. */
export type WireAnswer = { status: number; body: unknown }

/** Sends a request to the letter, on a connection of its own, and reads until the service closes it. */
export async function sendRaw(service: FunctionName, request: string): Promise<WireAnswer> {
  const { hostname, port } = new URL(inject('urls')[service])
  const socket = connect(Number(port), hostname)
  socket.write(request)
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  await once(socket, 'close')
  const [head = '', body = ''] = text.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1] ?? 0), body: parsed(body) }
}

/** A chunked body, as it ends for HTTP/1.0, too, has its JSON between the first brace and the last. */
function parsed(body: string): unknown {
  const json = /{.*}/s.exec(body)?.[0]
  return json === undefined ? body : JSON.parse(json)
}

/** Whether the lab under test runs on Bun. */
export async function isOnBun(service: FunctionName): Promise<boolean> {
  const { body } = await send({ service, method: 'GET', path: '/metrics' })
  return /^lab_info\{.*runtime="bun /m.test(String(body))
}
