import { expect, test } from 'vitest'
import { containerOf, functionNames } from '../../model/services.ts'
import { styles } from '../../model/styles.ts'
import { compose, docker, style } from './compose.ts'

test.each(functionNames)('%s is unprivileged and read-only', async (name) => {
  const container = containerOf(name, styles[style])
  expect(Number(await docker('exec', container, 'id', '-u'))).toBeGreaterThan(0)
  expect(await docker('exec', container, 'cat', '/proc/1/status')).toMatch(/^CapEff:\s+0+$/m)
  const write = docker('exec', container, 'sh', '-c', 'touch /written').catch(
    (error: Error) => error.message,
  )
  expect(await write).toContain('Read-only file system')
})

test('restart, logs and ps work', async () => {
  await compose('restart', 'searchservice')
  const search = `searchservice_${style}`
  const health = () => docker('inspect', '--format', '{{.State.Health.Status}}', search)
  await expect.poll(health, { timeout: 30_000, interval: 500 }).toBe('healthy')
  expect(await compose('logs', 'searchservice')).toContain('"msg":"listening"')
  expect(await compose('ps')).toContain(search)
})
