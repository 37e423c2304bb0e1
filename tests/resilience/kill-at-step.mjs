// Loaded before a service: it ends itself at one step of a delivery, in a share of them, while a file
// exists. It sees the messages to PostgreSQL, so that no program has to know of it.
import { existsSync } from 'node:fs'
import { Socket } from 'node:net'

const { KILL_STEP = '', KILL_SHARE = '0', KILL_WHILE = '' } = process.env
const { write } = Socket.prototype

const end = () => process.kill(process.pid, 'SIGKILL')
const isDrawn = () => Math.random() < Number(KILL_SHARE) && existsSync(KILL_WHILE)

/** The text of a query, or of one that is parsed; empty for other messages. */
const queryOf = (chunk) =>
  Buffer.isBuffer(chunk) && /[QP]/.test(String.fromCharCode(chunk[0]))
    ? chunk.toString('latin1', 5)
    : ''

const steps = {
  fetched(socket, query) {
    if (!query.includes('SKIP LOCKED') || !query.includes('retry_count + 1')) return
    socket.once('data', (answer) => {
      if (answer.includes('dataschema') && isDrawn()) end()
    })
  },
  committing(_socket, query) {
    if (query.startsWith('commit') && isDrawn()) end()
  },
  committed(socket, query) {
    if (query.startsWith('commit') && isDrawn()) socket.once('data', end)
  },
}

Socket.prototype.write = function writeOrEnd(chunk, ...rest) {
  steps[KILL_STEP]?.(this, queryOf(chunk))
  return write.call(this, chunk, ...rest)
}
