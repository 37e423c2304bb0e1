import { expect, test } from 'vitest'
import { findBrokerUrlProblem, nodesOf } from './broker-url.ts'

test('reads the nodes of a list, with the defaults of RabbitMQ', () => {
  expect(nodesOf('amqp://h, amqps://u:p%2F@[::1]:1234/v%2F1')).toMatchObject([
    { server: 'h:5672', username: 'guest', password: 'guest', vhost: '/', isSecure: false },
    { hostname: '::1', port: 1234, username: 'u', password: 'p/', vhost: 'v/1', isSecure: true },
  ])
})

test.each([
  ['http://h', 'must be a URL such as'],
  ['amqp://', 'has no valid host'],
  ['amqp://u:a#b@h', 'has a reserved character'],
  ['amqp://u:a/b@h', 'has a reserved character'],
  ['amqp://u:%@h', 'has a % that encodes nothing'],
  ['amqp://h?heartbeat=1', 'has parameters'],
  ['amqp://h/a/b', 'has a / in its vhost'],
  ['amqp://h,i', 'must be a URL such as'],
])('refuses %s without its password', (url, words) => {
  const problem = findBrokerUrlProblem(url)
  expect(problem).toMatch(words)
  expect(problem).not.toContain('a#b')
})
