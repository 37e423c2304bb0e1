/** Checks the lab's statistics on generated labs: `npm run check:statistics -- --share 0.1`. */
import { parseArgs } from 'node:util'
import { before } from './before.ts'
import { checkFalseAlarms, checkPlans, checkPowers } from './comparisons.ts'
import { checkCoverage } from './coverage.ts'
import { inPercent, isMissed, type Line } from './line.ts'
import { type ShapeName, shapes } from './shapes.ts'

const { share = '1' } = parseArgs({ options: { share: { type: 'string' } } }).values
const repetitions = (full: number) => Math.max(20, Math.round(full * Number(share)))
if (!(Number(share) > 0)) throw new Error(`--share must be a number above 0, not ${share}`)

const names = Object.keys(shapes) as ShapeName[]
const missed: Line[] = []

function print(line: Line): void {
  const limit = line.atLeast === undefined ? `at most ${line.atMost}` : `at least ${line.atLeast}`
  const found = `${inPercent(line.share)} ± ${inPercent(line.error)} %`
  const old = `before ${before.get(line.name) ?? '–'} %`
  console.log(`  ${line.name.padEnd(76)} ${found.padStart(13)}   ${old}`)
  if (!isMissed(line)) return
  missed.push(line)
  console.log(`  MISSED: ${line.name} has to be ${limit}`)
}

console.log('Coverage of 95 % intervals over three starts: at least 93 %')
for (const name of names) checkCoverage(name, repetitions(600)).forEach(print)
const designs = ['apart', 'in turns'] as const
console.log('Equal labs of which any of six loads is called different: at most 6 %')
for (const name of names) checkFalseAlarms(name, designs, repetitions(1000)).forEach(print)
console.log('Slower loads that are found: at least 90 %; intervals of the difference: 93 %')
checkPowers(repetitions(800)).forEach(print)
console.log('Slower loads that are found with as many starts as planned: at least 90 %')
for (const design of designs) checkPlans(design, repetitions(800)).forEach(print)
console.log(`Before: the statistics of commit 0a34c9a, on labs of the same distributions.
A limit is missed beyond 3.09 standard errors (±) of the repetitions.`)
if (missed.length > 0) {
  console.error(`${missed.length} limits are missed, the first by: ${missed[0]?.name}`)
  process.exitCode = 1
}
