import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { servedByHeader } from '../../model/routes.ts'
import { awaitReplicas, runScale, scaleWords } from './platform.ts'

/**
 * A balancer that takes turns among the replicas that it has at its n-th request; one that ends with
 * `!` is not ready.
 */
async function openBalancer(replicasAt: (request: number) => string[]): Promise<string> {
  let requests = 0
  const server = createServer((_, response) => {
    const replicas = replicasAt(requests)
    const name = replicas[requests++ % replicas.length] ?? ''
    response.writeHead(name.endsWith('!') ? 503 : 200, { [servedByHeader]: name })
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('replicas are awaited until all of them answer', async () => {
  const url = await openBalancer((request) => (request < 30 ? ['a', 'b'] : ['a', 'b', 'c', 'd']))
  expect(await awaitReplicas(url, 4)).toEqual(['a', 'b', 'c', 'd'])
})

test('replicas that end are awaited too', async () => {
  const url = await openBalancer((request) => (request < 20 ? ['a', 'b'] : ['b']))
  expect(await awaitReplicas(url, 1)).toEqual(['b'])
})

test('a replica that is not ready does not count', async () => {
  const url = await openBalancer((request) => (request < 30 ? ['a', 'b!'] : ['a', 'c']))
  expect(await awaitReplicas(url, 2)).toEqual(['a', 'c'])
})

test('what answers instead is named when patience ends', async () => {
  const url = await openBalancer(() => ['a', 'b'])
  const waiting = awaitReplicas(url, 4, { patienceMs: 0 })
  await expect(waiting).rejects.toThrow(`${url} has no 4 replicas: a, b answered`)
})

test('an interruption ends the waiting', async () => {
  const url = await openBalancer(() => ['a'])
  const interruption = new AbortController()
  const waiting = awaitReplicas(url, 2, { signal: interruption.signal })
  interruption.abort(new Error('interrupted'))
  await expect(waiting).rejects.toThrow('interrupted')
})

/** The address of a replica that accepts requests and answers none. */
async function openHanging(): Promise<string> {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a replica that hangs is no replica', async () => {
  const url = await openHanging()
  const waiting = awaitReplicas(url, 1, { patienceMs: 0, answerMs: 20 })
  await expect(waiting).rejects.toThrow(`${url} has no 1 replicas: no replica answered`)
})

test('an interruption ends the waiting for a replica that hangs', async () => {
  const interruption = new AbortController()
  const waiting = awaitReplicas(await openHanging(), 1, { signal: interruption.signal })
  interruption.abort(new Error('interrupted'))
  await expect(waiting).rejects.toThrow('interrupted')
})

const endless = `${process.execPath} -e setInterval(()=>{},1000)`
const twoUsers = { service: 'userservice', count: 2 }

test('a command that hangs is ended and named', async () => {
  const running = runScale(endless, twoUsers, { limitMs: 20 })
  await expect(running).rejects.toThrow('setInterval(()=>{},1000) failed: not done within 0.02 s')
})

test('an interruption ends a command that hangs', async () => {
  const interruption = new AbortController()
  const running = runScale(endless, twoUsers, { signal: interruption.signal })
  interruption.abort(new Error('interrupted'))
  await expect(running).rejects.toThrow('interrupted')
})

test('service and number are filled into the command', () => {
  const command = 'kubectl scale  deployment/{service} --replicas {replicas}'
  const words = scaleWords(command, { service: 'userservice', count: 4 })
  expect(words).toEqual(['kubectl', 'scale', 'deployment/userservice', '--replicas', '4'])
})

test('a command that fails is shown with its output', async () => {
  const command = `${process.execPath} --no-such-option={service}={replicas}`
  const running = runScale(command, { service: 'userservice', count: 4 })
  await expect(running).rejects.toThrow(/--no-such-option=userservice=4 failed: .*bad option/)
})
