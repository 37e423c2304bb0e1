/** Services of the asynchronous style are killed: nothing that was accepted is lost or done twice. */
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Alteration } from './altered-services.ts'
import { type CrashLab, type CrashOptions, findFaults, names, openCrashLab } from './crash-lab.ts'
import { restartPostgresAtOnce } from './postgres.ts'
import { scaled } from './scale.ts'

const perSecond = 30
const patience = { timeout: 120_000, interval: 500 }

async function open(options: CrashOptions): Promise<CrashLab> {
  const opened = await openCrashLab(options)
  onTestFinished(opened.close)
  return opened
}

type Load = { accepted: number; refused: number; stop: () => Promise<void> }

/** Sends registrations and orders, one after the other, whatever becomes of those before. */
function startLoad({ lab: { urls } }: CrashLab): Load {
  const sent: Promise<void>[] = []
  let isOver = false
  let count = 0
  const load = { accepted: 0, refused: 0, stop: async () => {} }
  const send = async (url: string, body: object) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' } }
    const answer = await fetch(url, { ...init, body: JSON.stringify(body) }).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.status === 202) load.accepted++
    else load.refused++
  }
  const next = () => {
    const email = `${crypto.randomUUID()}@example.com`
    const payment = count % 4 === 1 ? 'succeed' : 'fail'
    return count++ % 2 === 0
      ? send(`${urls.user}/register`, { email })
      : send(`${urls.order}/create_order`, { product_id: 1 + (count % 3), quantity: 1, payment })
  }
  const run = async () => {
    while (!isOver) {
      sent.push(next())
      await delay(1000 / perSecond)
    }
  }
  const running = run()
  load.stop = async () => {
    isOver = true
    await running
    await Promise.all(sent)
  }
  return load
}

const none = { undelivered: 0, twice: 0, withoutEmail: 0, pending: 0, dead: 0, unbalanced: 0 }

/** Under load, until services have ended so often; then everything is done. */
async function crashAtStep(crash: CrashLab, crashes: number): Promise<Load> {
  const load = startLoad(crash)
  await crash.endAtStep(true)
  await expect.poll(crash.crashes, { timeout: 600_000, interval: 100 }).toBeGreaterThan(crashes)
  await crash.endAtStep(false)
  await load.stop()
  expect(load.accepted).toBeGreaterThan(0)
  return load
}

const steps = [
  ['after messages were taken', 'fetched', 0.1],
  ['before a commit', 'committing', 0.02],
  ['after a commit', 'committed', 0.02],
] as const

const kills = scaled(50, 3)

describe(`services end at a step, ${kills} times`, { timeout: 900_000 }, () => {
  test.each(steps)('%s', async (_name, step, share) => {
    const crash = await open({ step, share })
    const { accepted, refused } = await crashAtStep(crash, kills)
    await expect.poll(() => findFaults(crash), patience).toEqual(none)
    console.log(`${step}: ${crash.crashes()} crashes, ${accepted} accepted, ${refused} not`)
  })
})

test('services and PostgreSQL are killed at random', { timeout: 900_000 }, async () => {
  const crash = await open({})
  const load = startLoad(crash)
  const end = performance.now() + scaled(300_000, 12_000)
  let ofPostgres = 0
  for (let kill = 1; performance.now() < end; kill++) {
    await delay(1000 + Math.random() * 2000)
    if (kill % 5 === 0) {
      await restartPostgresAtOnce(crash.lab)
      ofPostgres++
    } else crash.kill(names[Math.floor(Math.random() * names.length)] ?? 'email')
  }
  await load.stop()
  await expect.poll(() => findFaults(crash), patience).toEqual(none)
  const counts = `${crash.crashes()} crashes and ${ofPostgres} of PostgreSQL`
  console.log(`at random: ${counts}, ${load.accepted} accepted, ${load.refused} not`)
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
const storedAfterCommit: Alteration[] = [
  {
    file: 'runtime/messaging/accept.ts',
    from: `    return db.transaction().execute(async (transaction) => {
      const { answer, publish = [] } = await work(transaction)
      if (publish.length > 0) await publisher.publish(transaction, publish)
      return answer
    })
`,
    to: `    const { answer, publish = [] } = await db.transaction().execute(work)
    if (publish.length > 0) await publisher.publish(db, publish)
    return answer
`,
  },
]

describe('a test of promises fails where they are broken', { timeout: 900_000 }, () => {
  const crashes = scaled(20, 5)
  const settled = ({ undelivered }: { undelivered: number }) => undelivered === 0

  test('messages that are completed apart, without an inbox, are done twice', async () => {
    const crash = await open({ step: 'committed', share: 0.05, alterations: completedApart })
    await crashAtStep(crash, crashes)
    await expect.poll(async () => settled(await findFaults(crash)), patience).toBe(true)
    expect((await findFaults(crash)).twice).toBeGreaterThan(0)
  })

  test('messages that are stored after the commit are lost', async () => {
    const crash = await open({ step: 'committed', share: 0.05, alterations: storedAfterCommit })
    await crashAtStep(crash, crashes)
    await expect.poll(async () => settled(await findFaults(crash)), patience).toBe(true)
    const { withoutEmail, pending } = await findFaults(crash)
    expect(withoutEmail + pending).toBeGreaterThan(0)
  })
})
