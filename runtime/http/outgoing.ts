import {
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http'

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[]

/**
 * A response of node:http that keeps further headers until it begins, when all of them are written
 * together. `setHeader` would keep each in a slow object, and make `writeHead` put its own there as
 * well: that took a twelfth of a click.
 */
export class Outgoing<R extends IncomingMessage = IncomingMessage> extends ServerResponse<R> {
  /** Headers by lower-case name, beside those that the response begins with. */
  further: OutgoingHttpHeaders | undefined

  /** The headers given here replace further ones of the same lower-case name. */
  override writeHead(status: number, reason?: string | Headers, headers?: Headers): this {
    if (typeof reason === 'string') this.statusMessage = reason
    const own = typeof reason === 'string' ? headers : reason
    if (!this.further || Array.isArray(own)) return super.writeHead(status, own)
    return super.writeHead(status, { ...this.further, ...own })
  }
}
