import type { AsyncMessage } from 'rabbitmq-client'
import { expect, test } from 'vitest'
import { registrationOf } from '../../../tests/messages.ts'
import { type AmqpMessage, copyOf, deliveryOf, fromAmqp, toAmqp } from './amqp-message.ts'

const storedAt = new Date('2026-01-02T03:04:05.678Z')

/** As RabbitMQ delivers it, with the headers that it adds. */
const delivered = ({ properties, body }: AmqpMessage, headers: object = {}): AsyncMessage =>
  ({
    ...{ ...properties, body, consumerTag: '', deliveryTag: 1, exchange: '', routingKey: '' },
    ...{ redelivered: false, headers: { ...properties.headers, ...headers } },
  }) as AsyncMessage

test('a message is read as it was stored', () => {
  const message = { ...registrationOf('ada@example.com'), subject: 'user/1' }
  const read = fromAmqp(delivered(toAmqp(message, storedAt)))
  expect(read).toEqual({ message, storedAt, delivery: 1, failure: undefined })
})

test.each([null, 'text', 7, [1], { user_id: 1 }, { data: {} }])('%j is read as it was', (any) => {
  expect(fromAmqp(delivered(toAmqp(any, storedAt))).message).toEqual(any)
})

test('an id that is no short string of AMQP travels in the body', () => {
  const message = { ...registrationOf('ada@example.com'), id: 'é'.repeat(128) }
  const { properties } = toAmqp(message, storedAt)
  expect(properties.messageId).toBeUndefined()
  expect(fromAmqp(delivered(toAmqp(message, storedAt))).message).toEqual(message)
})

test('a copy counts what failed, and what RabbitMQ delivered since', () => {
  const first = delivered(toAmqp(registrationOf('ada@example.com'), storedAt))
  const copy = copyOf(first, { failed: 2, failure: 'answered 500' })
  const again = delivered(copy, { 'x-delivery-count': 1 })
  expect(fromAmqp(again)).toMatchObject({ delivery: 4, failure: 'answered 500', storedAt })
  expect(deliveryOf(delivered(copyOf(again, { failed: 3 })))).toBe(4)
})

test('a copy goes nowhere else', () => {
  const { properties } = copyOf(delivered(toAmqp({}, storedAt), { CC: ['other'] }), { failed: 1 })
  expect(properties.headers).not.toHaveProperty('CC')
})
