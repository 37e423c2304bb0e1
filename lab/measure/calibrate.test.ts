import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { formatSummary } from '../../formats/samples.ts'
import { withDefaults } from '../predict/lab-settings.ts'
import { targetOf } from '../target.ts'
import { calibrate, calibrationSettings } from './calibrate.ts'
import type { MeasuredLab } from './measured-lab.ts'

/** In place of k6: the first pass and the last third of a paced load take ten times as long. */
const fakeK6 = `import { text } from 'node:stream/consumers'
const script = await text(process.stdin)
const valueOf = (name) => JSON.parse(script.match(new RegExp('^const ' + name + ' = (.*)$', 'm'))[1])
await fetch(valueOf('START_URL'))
for (const { name, scenario } of valueOf('PLAN').loads) {
  for (const dueMs of [1600, 550, 1100]) {
    const isSlow = name.endsWith('pass-1') || (dueMs === 1600 && !name.includes('pass'))
    const ms = (isSlow ? 10 : 1) * { 6: 1, 1: 5, 4: 60 }[scenario]
    const phases = { db: ms / 5, cpu: ms }
    const sample = { id: name, load: name, dueMs, lateMs: 0, latencyMs: ms, phases, outcome: 'ok' }
    console.log(JSON.stringify(sample))
  }
}
process.stdout.write(${JSON.stringify(formatSummary({}))})`

test('the middle one of three passes or thirds counts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-calibrate-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'k6.mjs')
  await writeFile(file, fakeK6)
  const lab = {
    ...targetOf(() => 'http://127.0.0.1:1'),
    ...{ settings: withDefaults(calibrationSettings), host: '127.0.0.1', longestSeconds: 5 },
    usageOf: async () => undefined,
  } as unknown as MeasuredLab
  const found = await calibrate(lab, { generators: [`${process.execPath} ${file}`] })
  expect(found).toMatchObject({ hopMs: 1, queryMs: 1, callMs: 3, reportMs: 10 })
  expect(found.pacedHops.map(({ perSecond, hopMs }) => [perSecond, hopMs])).toEqual([
    [100, 1],
    [1000, 1],
  ])
})
