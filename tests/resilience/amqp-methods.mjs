// The methods of AMQP 0-9-1 that pass on a connection, and what each confirm is of.
// https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf, 4.2.3 and 1.8

const basic = 60
const names = { 40: 'publish', 60: 'deliver', 80: 'ack' }
const [overhead, methodFrame] = [8, 1]

const nameOf = (frame) => frame.readUInt16BE(7) === basic && names[frame.readUInt16BE(9)]

/** Tells of each method in a stream of bytes, wherever that is cut. */
function createReader(tell) {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    while (rest.length >= overhead) {
      const length = overhead + rest.readUInt32BE(3)
      if (rest.length < length) return
      const name = rest[0] === methodFrame && nameOf(rest)
      if (name) tell({ name, channel: rest.readUInt16BE(1), rest: rest.subarray(11, length - 1) })
      rest = rest.subarray(length)
    }
  }
}

/** Deliveries are acknowledged by the client, publications by the server, each by its number. */
const readAck = (bytes) => ({ tag: Number(bytes.readBigUInt64BE(0)), isMultiple: bytes[8] === 1 })
const readExchange = (bytes) => bytes.toString('latin1', 3, 3 + bytes[2])

/** Calls back for publications, deliveries and acknowledgements: those sent, and those received. */
export function readMethods({ sent = () => {}, received = () => {} }) {
  const published = new Map()
  const unconfirmed = (channel) => {
    if (!published.has(channel)) published.set(channel, { count: 0, waiting: [] })
    return published.get(channel)
  }
  function publish(channel, exchange) {
    const those = unconfirmed(channel)
    those.count++
    those.waiting.push({ tag: those.count, exchange })
  }
  function confirm(channel, { tag, isMultiple }) {
    const those = unconfirmed(channel)
    const isConfirmed = (one) => one.tag === tag || (isMultiple && one.tag < tag)
    const confirms = those.waiting.filter(isConfirmed)
    those.waiting = those.waiting.filter((one) => !isConfirmed(one))
    return confirms
  }
  return {
    send: createReader(({ name, channel, rest }) => {
      if (name === 'publish') publish(channel, readExchange(rest))
      sent({ name })
    }),
    receive: createReader(({ name, channel, rest }) => {
      received({ name, confirms: name === 'ack' ? confirm(channel, readAck(rest)) : [] })
    }),
  }
}
