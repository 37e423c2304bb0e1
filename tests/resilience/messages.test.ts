/** Services of the asynchronous style are killed: nothing that was accepted is lost or done twice. */
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { functionNames } from '../../model/services.ts'
import { brokerName } from '../broker.ts'
import type { Alteration } from './altered-services.ts'
import { type CrashLab, type CrashOptions, findFaults, openCrashLab } from './crash-lab.ts'
import { type MessageLoad, startMessageLoad } from './message-load.ts'
import { isFull, scaled } from './scale.ts'
import { type Step, steps } from './steps.ts'

const patience = { timeout: 120_000, interval: 500 }

async function open(options: CrashOptions): Promise<CrashLab> {
  const opened = await openCrashLab(options)
  onTestFinished(opened.close)
  return opened
}

const kinds = ['undelivered', 'undone', 'twice', 'withoutEmail', 'pending', 'dead', 'unbalanced']
const none = Object.fromEntries(kinds.map((kind) => [kind, 0]))

/** Waits until all that was accepted is done, once. */
const expectDone = (crash: CrashLab, { accepted }: MessageLoad) =>
  expect.poll(() => findFaults(crash, accepted), patience).toEqual(none)

const countsOf = ({ accepted, refused }: MessageLoad) =>
  `${accepted.length} accepted, ${refused()} not`

/** Under load, until services have ended so often. */
async function crashAtSteps(crash: CrashLab, crashes: number): Promise<MessageLoad> {
  const load = startMessageLoad(crash.lab.urls)
  await crash.endAtSteps(true)
  await expect.poll(crash.crashes, { timeout: 600_000, interval: 100 }).toBeGreaterThan(crashes)
  await crash.endAtSteps(false)
  await load.stop()
  expect(load.accepted.length).toBeGreaterThan(0)
  return load
}

/** Each by itself in the long form, and all of them in one lab in the short one. */
const parts = isFull
  ? steps.map(({ step, words, share }) => ({ words, steps: [step], share, kills: 50 }))
  : [{ words: 'at any step', steps: steps.map(({ step }) => step), share: 0.03, kills: 9 }]

describe('services end themselves', { timeout: 900_000 }, () => {
  test.each(parts)('$words, $kills times', async ({ words, kills, ...options }) => {
    const crash = await open(options)
    const load = await crashAtSteps(crash, kills)
    await expectDone(crash, load)
    console.log(`${brokerName}, ${words}: ${crash.crashes()} crashes, ${countsOf(load)}`)
  })
})

test('services and their servers are killed at random', { timeout: 900_000 }, async () => {
  const crash = await open({ functions: functionNames })
  const load = startMessageLoad(crash.lab.urls)
  const end = performance.now() + scaled(300_000, 8000)
  let ofServers = 0
  for (let kill = 1; performance.now() < end; kill++) {
    await delay(1000 + Math.random() * 2000)
    if (kill % 5 === 0) await crash.restartServer(ofServers++)
    else crash.kill(functionNames[Math.floor(Math.random() * functionNames.length)] ?? 'email')
  }
  await load.stop()
  await expectDone(crash, load)
  const counts = `${crash.crashes()} crashes and ${ofServers} of servers`
  console.log(`${brokerName}, at random: ${counts}, ${countsOf(load)}`)
})

const work = 'runtime/messaging/work.ts'
const completedApart: Alteration[] = [
  {
    file: work,
    from: `    if (!(await broker.finish(transaction.db, taken))) return { kind: 'lapsed' }
`,
    to: '',
  },
  {
    file: work,
    from: `    if (!isNew) return { kind: 'duplicate' }
    await transaction.commit()
`,
    to: `    await transaction.commit()
    await broker.finish(db, taken)
`,
  },
]
const withoutInbox: Alteration[] = [
  { file: work, from: "    if (!isNew) return { kind: 'duplicate' }\n", to: '' },
]
/** What leaves nothing that prevents a second time. */
const unprotected = {
  embedded: ['completed apart, without an inbox', completedApart, 'committed'],
  rabbitmq: ['acknowledged without an inbox', withoutInbox, 'acknowledging'],
} as const
const storedAfterCommit: Alteration[] = [
  {
    file: 'runtime/messaging/accept.ts',
    from: `    const accepted = await db.transaction().execute(async (transaction) => {
      const { answer, publish = [] } = await work(transaction)
      if (publish.length > 0) await publisher.publish(transaction, publish)
      return answer
    })
    committed()
    return accepted
`,
    to: `    const { answer, publish = [] } = await db.transaction().execute(work)
    if (publish.length > 0) await publisher.publish(db, publish)
    committed()
    return answer
`,
  },
]

describe('a test of promises fails where they are broken', { timeout: 900_000 }, () => {
  const crashes = scaled(20, 5)

  async function crashAt(step: Step, alterations: readonly Alteration[]) {
    const crash = await open({ steps: [step], share: 0.05, alterations })
    await crashAtSteps(crash, crashes)
    const undelivered = async () => (await findFaults(crash, [])).undelivered
    await expect.poll(undelivered, patience).toBe(0)
    return findFaults(crash, [])
  }
  const [words, alterations, step] = unprotected[brokerName]

  test(`messages that are ${words}, are done twice`, async () => {
    const { twice } = await crashAt(step, alterations)
    expect(twice).toBeGreaterThan(0)
    console.log(`${brokerName}, ${words}: ${twice} twice`)
  })

  test('messages that are stored after the commit are lost', async () => {
    const { withoutEmail, pending } = await crashAt('committed', storedAfterCommit)
    expect(withoutEmail + pending).toBeGreaterThan(0)
  })
})
