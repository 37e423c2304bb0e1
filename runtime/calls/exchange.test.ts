import { getEventListeners } from 'node:events'
import type { Dispatcher } from 'undici'
import { expect, test } from 'vitest'
import { type Outgoing, sendOver } from './exchange.ts'

const origin = 'http://callee.test'

/** A client with one connection, whose calls the test answers. */
function oneConnection() {
  const sent: { path: string; answer: () => void }[] = []
  const dispatch: Dispatcher['dispatch'] = ({ path }, handler) => {
    const controller = {} as Dispatcher.DispatchController
    handler.onRequestStart?.(controller, {})
    sent.push({ path, answer: () => handler.onResponseEnd?.(controller, {}) })
    return true
  }
  const send = sendOver({ dispatch }, origin, 1)
  const call = (path: string, ending: Partial<Outgoing> = {}) => {
    const request = { url: origin + path, method: 'GET', headers: {}, body: undefined }
    return send({ ...request, limitMs: 10_000, caller: undefined, ...ending })
  }
  const answer = (path: string) => sent.find((one) => one.path === path)?.answer()
  return { call, answer, paths: () => sent.map(({ path }) => path) }
}

test('calls take turns in their order', async () => {
  const { call, answer, paths } = oneConnection()
  const all = ['/1', '/2', '/3'].map((path) => call(path))
  expect(paths()).toEqual(['/1'])
  answer('/1')
  expect(paths()).toEqual(['/1', '/2'])
  answer('/2')
  answer('/3')
  await Promise.all(all)
  const later = call('/4')
  answer('/4')
  await later
})

test('a call whose time is over leaves the queue', async () => {
  const { call, answer, paths } = oneConnection()
  const busy = call('/busy')
  await expect(call('/late', { limitMs: 1 })).rejects.toThrow('too long')
  const next = call('/next')
  answer('/busy')
  expect(paths()).toEqual(['/busy', '/next'])
  answer('/next')
  await Promise.all([busy, next])
})

test('a call whose caller leaves keeps nothing of it', async () => {
  const { call, answer, paths } = oneConnection()
  const busy = call('/busy')
  const client = new AbortController()
  const queued = call('/queued', { caller: client.signal })
  client.abort(new Error('left'))
  await expect(queued).rejects.toThrow('left')
  await expect(call('/again', { caller: client.signal })).rejects.toThrow('left')
  const late = new AbortController()
  await expect(call('/late', { caller: late.signal, limitMs: 1 })).rejects.toThrow('too long')
  expect(getEventListeners(late.signal, 'abort')).toEqual([])
  answer('/busy')
  await busy
  expect(paths()).toEqual(['/busy'])
})
