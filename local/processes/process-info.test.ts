import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { identify, isAlive, signal, threadTimesOf } from './process-info.ts'

function idle() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, pid: child.pid ?? 0 }
}

test('recognises a running process', async () => {
  const { pid } = idle()
  expect(await isAlive(await identify(pid))).toBe(true)
})

test('distinguishes another process with the same id', async () => {
  const { started } = await identify(process.pid)
  const { pid } = idle()
  expect(await isAlive({ pid, started })).toBe(false)
})

test('does not recognise an ended process', async () => {
  const { child, pid } = idle()
  const known = await identify(pid)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await isAlive(known)).toBe(false)
  expect(await isAlive(await identify(pid))).toBe(false)
})

test('a signal to an ended process does nothing', async () => {
  const { child, pid } = idle()
  signal({ pid }, 'SIGTERM')
  expect(await once(child, 'exit')).toEqual([null, 'SIGTERM'])
  signal({ pid }, 'SIGKILL')
  expect(() => signal({ pid }, 'SIGNONE' as NodeJS.Signals)).toThrow('SIGNONE')
})

test('reads the times of a thread in milliseconds', () => {
  expect(threadTimesOf('2500000 1250000 42\n')).toEqual({ cpuMs: 2.5, waitMs: 1.25 })
})

test('an ended thread has used nothing', () => {
  expect(threadTimesOf('')).toEqual({ cpuMs: 0, waitMs: 0 })
})
