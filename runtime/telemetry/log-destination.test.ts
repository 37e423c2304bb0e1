import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, readFileSync, truncateSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createLogDestination } from './log-destination.ts'

const watchers = () => ({ onDropped: vi.fn(), onLost: vi.fn(), onRegained: vi.fn() })

async function fileToWrite() {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-log-'))
  const file = join(folder, 'a.log')
  const fd = openSync(file, 'a')
  onTestFinished(async () => {
    closeSync(fd)
    await rm(folder, { recursive: true, force: true })
  })
  return { fd, file, read: () => readFileSync(file, 'utf8') }
}

test('a line is in its file when the write returns', async () => {
  const { fd, file, read } = await fileToWrite()
  const log = createLogDestination({ fd, ...watchers() })
  log.write('one\n')
  expect(read()).toBe('one\n')
  truncateSync(file)
  log.write('Zürich\n')
  expect(read()).toBe('Zürich\n')
})

test.skipIf(process.platform !== 'linux')('lines for a full disk are dropped and counted', () => {
  const full = openSync('/dev/full', 'w')
  onTestFinished(() => closeSync(full))
  const seen = watchers()
  const log = createLogDestination({ fd: full, ...seen })
  for (const line of ['one\n', 'two\n', 'three\n']) log.write(line)
  expect(seen.onDropped).toHaveBeenCalledTimes(3)
  expect(seen.onLost).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('ENOSPC'))
  expect(seen.onRegained).not.toHaveBeenCalled()
})

/** Fills a pipe, which then refuses to be written to. */
function fill(fd: number): void {
  try {
    for (;;) writeSync(fd, 'x'.repeat(4096))
  } catch {}
}

test.skipIf(process.platform !== 'linux')('a pipe that is read late loses no line', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-pipe-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK)
  onTestFinished(() => closeSync(fd))
  fill(fd)
  const reader = spawn('cat', [pipe], { stdio: 'ignore' })
  onTestFinished(() => void reader.kill('SIGKILL'))
  const seen = watchers()
  const log = createLogDestination({ fd, ...seen })
  await once(reader, 'spawn')
  for (let line = 0; line < 2000; line++) log.write(`${'y'.repeat(100)}\n`)
  expect(seen.onDropped).not.toHaveBeenCalled()
})
