/** The asynchronous style against the synchronous one: the price of accepting, and of delivering. */
import { sql } from 'kysely'
import { connect } from '../../db/connection/connect.ts'
import { storeMessages } from '../../db/work/store-messages.ts'
import type { Envelope } from '../../model/messages.ts'
import type { FunctionName } from '../../model/services.ts'
import type { StyleName } from '../../model/styles.ts'
import { type Figure, figuresOf, type Target } from '../figure.ts'
import type { Cost } from '../load/closed-loop.ts'
import { alternate, type Plan } from '../plan.ts'
import { acceptClicks, answerClicks, countIn } from './accepted-clicks.ts'
import { openDatabase, postmasterOf } from './database.ts'
import { measureDelivery, measureHop, registrations } from './deliveries.ts'
import { costOf, openSide, type Side } from './sides.ts'
import { compareTen } from './ten-services.ts'

const register = 1
const clients = 20

const cpu = ({ cpuMsPerRequest }: Cost) => cpuMsPerRequest
const rate = (cost: Cost) => cost.rate
const atMost = (limit: number, of: Target['of'] = 'ratio'): Target => ({ of, atMost: limit })

export async function messages(plan: Plan): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack()
  const database = await openDatabase(plan.cores.servers)
  stack.defer(database.close)
  const parent = await postmasterOf(database)
  const open = async (style: StyleName, of: FunctionName[]) => {
    const side = await openSide(plan, { database, style, of })
    stack.defer(side.lab.kill)
    return side
  }
  const sync = await open('sync', ['user', 'email', 'analytics'])
  const accepting = await open('async', ['user'])
  const registering = (side: Side, counted: { parent?: number }) =>
    costOf(plan, { side, name: 'user', scenario: register, connections: clients, ...counted })
  const registered = await alternate(
    { ours: registering(accepting, { parent }), floor: registering(sync, { parent }) },
    plan,
  )
  const connection = connect({ url: database.url, max: 1 })
  stack.defer(connection.close)
  // Nobody has consumed what was accepted.
  await sql`delete from pgboss.job`.execute(connection.db)
  const consuming = await open('async', ['email', 'analytics'])
  const { db } = connection
  const store = (messages: Envelope[]) => storeMessages(db, registrations, messages)
  const deliveries = { db, side: consuming, store }
  const delivered = await alternate(
    {
      ours: async () => (await measureDelivery(deliveries, plan)).consumer,
      floor: async () => cpu(await registering(sync, {})()),
    },
    plan,
  )
  const hops = await alternate({ ours: () => measureHop(deliveries, plan) }, plan)
  const clicked = await alternate(
    {
      ours: () => acceptClicks(plan, { side: consuming, parent }, countIn(db)),
      floor: () => answerClicks(plan, { side: sync, parent }),
    },
    plan,
  )
  const value = (one: number) => one
  return [
    ...figuresOf('messages', registered, [
      ['CPU to accept a registration, : to register', 'ms', cpu, atMost(2.5)],
    ]),
    ...figuresOf('messages', delivered, [
      ['CPU of a delivery, : to register', 'ms', value, atMost(2)],
    ]),
    ...figuresOf('messages', hops, [['stored → handled, idle', 'ms', value, atMost(25, 'ours')]]),
    ...figuresOf('messages', clicked, [
      ['clicks accepted, : answered', '1/s', rate, { of: 'ratio', atLeast: 0.3 }],
      ['CPU of a click accepted, : answered', 'ms', cpu],
      ['clicks handled after the load, : answered', '1/s', ({ handledRate }) => handledRate],
    ]),
    ...figuresOf('messages', { ours: clicked.ours }, [
      ['clicks that wait after the load', '', ({ waiting }) => waiting],
    ]),
    ...(await compareTen(plan)),
  ]
}
