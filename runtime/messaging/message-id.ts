import { createHash, randomUUID } from 'node:crypto'

/** A UUID of version 7, which begins with the time. RFC 9562, 5.7 */
export function newMessageId(ms = Date.now()): string {
  const time = ms.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}

/**
 * The id of a message that came without one: of version 8, from the SHA-256 of its queue and its
 * text, so that a second delivery has the same. RFC 9562, 5.8
 */
export function idOfText(queue: string, text: string): string {
  const hash = createHash('sha256').update(`${queue}\0${text}`).digest('hex')
  const groups = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`]
  return [...groups, `8${hash.slice(17, 20)}`, hash.slice(20, 32)].join('-')
}
