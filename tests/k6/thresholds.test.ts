import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { runK6 } from './k6.ts'

test('every scenario has thresholds that fail without samples', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-k6-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const script = join(folder, 'nothing.js')
  const names = fileURLToPath(new URL('../../k6-tests/load/metric-names.ts', import.meta.url))
  await writeFile(
    script,
    `import { Counter, Trend } from 'k6/metrics'
     import { thresholdsOf } from '${names}'
     const thresholds = thresholdsOf({ style: 'sync', clicksPerSecond: 100, seconds: 1 })
     for (const name of Object.keys(thresholds)) if (name.startsWith('scenario')) new Trend(name)
     new Counter('script_exceptions')
     export const options = { thresholds }
     export default () => {}
     export const handleSummary = ({ metrics }) => ({ stdout: Object.keys(thresholds).map((name) =>
       'held ' + name + ' ' + Object.values(metrics[name].thresholds).every(({ ok }) => ok)
     ).join('\\n') })`,
  )
  const { code, output } = await runK6([script])
  expect(code).toBe(99)
  const held = [...output.matchAll(/held (scenario_\w+) (\w+)/g)].map(([, name, ok]) => [name, ok])
  expect(held).toHaveLength(12)
  expect(held.filter(([, ok]) => ok === 'true')).toEqual([])
})
