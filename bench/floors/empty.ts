/**
 * The least that node:http can do: what the load generator reaches against it is above any service.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const text = '{"status":"tracked"}'
const headers = { 'Content-Type': 'application/json', 'Content-Length': text.length }

const server = createServer((request, response) => {
  request.resume()
  response.writeHead(200, headers).end(text)
})
server.listen(0, '127.0.0.1', () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
)
process.on('disconnect', () => process.exit())
