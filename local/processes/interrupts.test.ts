import { expect, onTestFinished, test, vi } from 'vitest'
import { onInterrupt } from './interrupts.ts'

function received(): string[] {
  vi.useFakeTimers({ toFake: ['performance'] })
  const signals: string[] = []
  const off = onInterrupt((signal) => signals.push(signal))
  onTestFinished(() => {
    off()
    vi.useRealTimers()
  })
  return signals
}

test('counts Ctrl-C once, although npm passes it on', () => {
  const signals = received()
  process.emit('SIGINT', 'SIGINT')
  vi.advanceTimersByTime(10)
  process.emit('SIGINT', 'SIGINT')
  expect(signals).toEqual(['SIGINT'])
})

test('counts a signal that comes later as another one', () => {
  const signals = received()
  process.emit('SIGINT', 'SIGINT')
  vi.advanceTimersByTime(600)
  process.emit('SIGTERM', 'SIGTERM')
  expect(signals).toEqual(['SIGINT', 'SIGTERM'])
})
