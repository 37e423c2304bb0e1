import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type K6Process, runK6Process } from './k6-process.ts'

/** Runs a program in place of k6. */
async function runProgram(source: string, options: Partial<K6Process>) {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-k6-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'k6.mjs')
  await writeFile(file, source)
  const command = `${process.execPath} ${file}`
  const common = { script: '', args: [], onLine: () => {}, begun: Promise.resolve() }
  return runK6Process({ command, ...common, ...options })
}

const hang = 'setInterval(() => {}, 1000)'

test('a generator that prints nothing any more is named and ended', async () => {
  const running = runProgram(hang, { silentMs: 100 })
  await expect(running).rejects.toThrow(/^The generator ".+k6\.mjs" has printed nothing for 0\.1 s/)
})

test('an interruption does not wait for what a generator has started', async () => {
  const interruption = new AbortController()
  const running = runProgram(
    `import { spawn } from 'node:child_process'
     const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)'], { stdio: 'inherit' })
     console.log('started')
     ${hang}`,
    {
      signal: interruption.signal,
      onLine: () => interruption.abort(new Error('interrupted')),
    },
  )
  await expect(running).rejects.toThrow('interrupted')
}, 15_000)
