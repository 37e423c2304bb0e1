import { expect, onTestFinished, test } from 'vitest'
import { takenPorts } from '../../local/processes/ports.ts'
import { postJson } from '../in-process.ts'
import { postsInProgress } from '../service-metrics.ts'
import { alive, findPlace, processesOf, removeFolder, startNpm } from './starter.ts'

/** Starts a lab of a style by npm, and waits until it is ready. */
async function startReady(options: string[], environment: Record<string, string> = {}) {
  const { folder, firstPort, args } = await findPlace()
  onTestFinished(() => removeFolder(folder))
  const npm = startNpm('start', [...options, ...args], environment)
  expect(await npm.line('ready')).toMatch(/^ready/m)
  const url = `http://127.0.0.1:${firstPort}`
  return {
    npm,
    url,
    register: () => fetch(`${url}/register`, postJson({ email: 'both@example.com' })),
    /** Signals npm, or its group by a negative id, and expects that nothing is left. */
    async endBy(signal: NodeJS.Signals, pid: number | undefined): Promise<void> {
      const processes = await processesOf(folder)
      process.kill(pid ?? 0, signal)
      await npm.exited
      await expect.poll(() => alive(processes)).toEqual([])
      expect(await takenPorts(firstPort, '127.0.0.1')).toEqual([])
    },
  }
}

test('both styles run at once, and signals to npm end all of a lab', {
  timeout: 90_000,
}, async () => {
  const [sync, other] = await Promise.all([
    startReady([], { EMAIL_DELAY_MS: '3000' }),
    startReady(['--async']),
  ])
  expect((await other.register()).status).toBe(202)
  const health = await (await fetch(`${other.url}/health`)).json()
  expect(health).toMatchObject({ status: 'healthy', architecture: 'async' })
  await other.endBy('SIGTERM', other.npm.process.pid)
  const answer = sync.register()
  await expect.poll(() => postsInProgress(sync.url)).toBe(1)
  // Ctrl-C signals both npm and the starter; npm passes its signal on as well.
  await sync.endBy('SIGINT', -(sync.npm.process.pid ?? 0))
  expect((await answer).status).toBe(201)
})
