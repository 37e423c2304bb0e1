import { type Logger, pino } from 'pino'
import { expect, test } from 'vitest'
import { tryUntilDone } from './try-until-done.ts'

const codes = { missing: '3D000', full: '53300', starting: '57P03' }

/** Tries work that fails with these errors of PostgreSQL, one after another, and then succeeds. */
async function tryAfter(failures: (keyof typeof codes)[], signal = new AbortController().signal) {
  const logged: string[] = []
  const reasons: string[] = []
  const logger: Logger = pino({ base: null, timestamp: false }, { write: (it) => logged.push(it) })
  const left = [...failures]
  const work = async () => {
    const failure = left.shift()
    if (failure) throw Object.assign(new Error(failure), { code: codes[failure] })
    return 'done'
  }
  const url = 'postgresql://ada@localhost:5432/lab'
  const unusable = (reason: string) => void reasons.push(reason)
  const result = await tryUntilDone(work, { url, signal, logger, unusable })
  return { result, reasons, logged: logged.map((line) => JSON.parse(line)) }
}

test('work is tried again, and each problem named once', async () => {
  const { result, logged, reasons } = await tryAfter(['starting', 'starting', 'full'])
  expect(result).toBe('done')
  expect(logged).toEqual([
    { level: 40, retrying: true, msg: expect.stringContaining('is starting up') },
    { level: 40, retrying: true, msg: expect.stringContaining('has no connection free') },
  ])
  expect(reasons).toEqual([])
})

test('a database that can never be used ends the attempts', async () => {
  const { result, logged, reasons } = await tryAfter(['missing', 'starting'])
  expect(result).toBeUndefined()
  expect(reasons).toEqual([expect.stringContaining('has no database "lab"')])
  expect(logged).toEqual([])
})

test('nothing is tried when the container ends', async () => {
  const { result, logged } = await tryAfter(['starting'], AbortSignal.abort())
  expect(result).toBeUndefined()
  expect(logged).toEqual([])
})
