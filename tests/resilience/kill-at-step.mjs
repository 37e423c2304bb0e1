// Loaded before a service: it ends itself at steps of a message, in a share of them, while a file
// exists. It sees what passes to and from PostgreSQL and RabbitMQ, so that no program has to know of it.
import { existsSync } from 'node:fs'
import { Socket } from 'node:net'
import { readMethods } from './amqp-methods.mjs'

const { KILL_STEPS = '', KILL_SHARE = '0', KILL_WHILE = '' } = process.env
const { write, push } = Socket.prototype

const end = () => process.kill(process.pid, 'SIGKILL')
const isDrawn = () => Math.random() < Number(KILL_SHARE) && existsSync(KILL_WHILE)
const endIfDrawn = () => isDrawn() && end()

/** The text of a query, or of one that is parsed; empty for other messages. */
const queryOf = (chunk) =>
  Buffer.isBuffer(chunk) && /[QP]/.test(String.fromCharCode(chunk[0]))
    ? chunk.toString('latin1', 5)
    : ''

const isRetry = ({ exchange }) => exchange.startsWith('retry.')

/** What a step has to see: a query, or a method of AMQP that is sent or received. */
const steps = {
  fetched: {
    query(socket, query) {
      // That of pg-boss, or that of the outbox.
      if (!/skip locked/i.test(query) || !/retry_count \+ 1|for update/i.test(query)) return
      socket.once('data', (answer) => {
        if (answer.includes('dataschema')) endIfDrawn()
      })
    },
  },
  committing: { query: (_socket, query) => query.startsWith('commit') && endIfDrawn() },
  committed: {
    query(socket, query) {
      if (query.startsWith('commit') && isDrawn()) socket.once('data', end)
    },
  },
  delivered: { received: ({ name }) => name === 'deliver' && endIfDrawn() },
  acknowledging: { sent: ({ name }) => name === 'ack' && endIfDrawn() },
  confirmed: {
    received({ name, confirms }) {
      if (name === 'ack' && confirms.some((sent) => !isRetry(sent))) endIfDrawn()
    },
  },
  retried: {
    received({ name, confirms }) {
      if (name === 'ack' && confirms.some(isRetry)) endIfDrawn()
    },
  },
}

const chosen = KILL_STEPS.split(',').flatMap((name) => steps[name] ?? [])
const tell =
  (kind) =>
  (...seen) => {
    for (const step of chosen) step[kind]?.(...seen)
  }
const [query, sent, received] = ['query', 'sent', 'received'].map(tell)
const brokers = new WeakMap()
const isAmqp = (chunk) => Buffer.isBuffer(chunk) && chunk.toString('latin1', 0, 4) === 'AMQP'

Socket.prototype.write = function writeOrEnd(chunk, ...rest) {
  if (isAmqp(chunk)) brokers.set(this, readMethods({ sent, received }))
  else if (brokers.has(this)) brokers.get(this).send(chunk)
  else query(this, queryOf(chunk))
  return write.call(this, chunk, ...rest)
}

Socket.prototype.push = function pushOrEnd(chunk, ...rest) {
  if (chunk) brokers.get(this)?.receive(chunk)
  return push.call(this, chunk, ...rest)
}
