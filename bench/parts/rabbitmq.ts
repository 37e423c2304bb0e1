/** RabbitMQ beside the embedded broker: a delivery, the wait for it, and accepted clicks. */
import { connect } from '../../db/connection/connect.ts'
import { storeMessages } from '../../db/work/store-messages.ts'
import { findServer } from '../../local/rabbitmq/node.ts'
import type { Envelope } from '../../model/messages.ts'
import { scenarioOf } from '../../model/scenarios.ts'
import { type Figure, figuresOf } from '../figure.ts'
import { alternate, type Plan } from '../plan.ts'
import { familyOf } from '../usage.ts'
import { acceptClicks, answerClicks, type Clicks, clickQueue, countIn } from './accepted-clicks.ts'
import { openBroker, openPublisher } from './broker.ts'
import { openDatabase, postmasterOf } from './database.ts'
import { type DeliveryCost, measureDelivery, measureHop, registrations } from './deliveries.ts'
import { openSide, type Side, type SideOptions } from './sides.ts'

/** Registers users by requests, one after the other, as the relay of their service publishes them. */
const registerAt =
  ({ lab }: Side) =>
  async (messages: Envelope[]) => {
    const { method, request } = scenarioOf(1)
    for (const { id } of messages) {
      const { path, body } = request({ unique: id, count: 0 })
      const headers = { 'content-type': 'application/json' }
      const init = { method, headers, body: JSON.stringify(body) }
      const { status } = await fetch(`${lab.urls.user}${path}`, init)
      if (status !== 202) throw new Error(`A registration was answered ${status}`)
    }
  }

/** Services of the asynchronous style, with a database that no other side uses. */
async function openAsync(plan: Plan, stack: AsyncDisposableStack, brokerUrl?: string) {
  const database = await openDatabase(plan.cores.servers)
  stack.defer(database.close)
  const of: SideOptions['of'] = ['user', 'email', 'analytics']
  const broker = brokerUrl === undefined ? {} : { brokerUrl }
  const side = await openSide(plan, { database, style: 'async', of, ...broker })
  stack.defer(side.lab.kill)
  const { db, close } = connect({ url: database.url, max: 1 })
  stack.defer(close)
  return { side, db, database, parent: await postmasterOf(database) }
}

type Measured = {
  /** One registration at a time, from stored to handled. */
  hop: () => Promise<number>
  delivery: () => Promise<DeliveryCost>
  clicks: () => Promise<Clicks>
}

type Embedded = Measured & {
  /** Clicks of the synchronous style, which needs no server. */
  answered: () => Promise<Clicks>
}

async function openEmbedded(plan: Plan, stack: AsyncDisposableStack): Promise<Embedded> {
  const { side, db, database, parent } = await openAsync(plan, stack)
  const sync = await openSide(plan, { database, style: 'sync', of: ['analytics'] })
  stack.defer(sync.lab.kill)
  const store = (messages: Envelope[]) => storeMessages(db, registrations, messages)
  const servers = () => familyOf(parent)
  return {
    hop: () => measureHop({ db, side, store: registerAt(side) }, plan),
    delivery: () => measureDelivery({ db, side, store, servers }, plan),
    clicks: () => acceptClicks(plan, { side, parent }, countIn(db)),
    answered: () => answerClicks(plan, { side: sync }),
  }
}

async function openRabbitmq(plan: Plan, stack: AsyncDisposableStack): Promise<Measured> {
  const broker = await openBroker(plan.cores.servers)
  stack.defer(broker.close)
  const { side, db, parent } = await openAsync(plan, stack, broker.url)
  const publisher = await openPublisher(broker.url)
  stack.defer(publisher.close)
  const store = (messages: Envelope[]) => publisher.publish(registrations, messages)
  const servers = () => [...familyOf(parent), broker.pid]
  const clicked = { side, parent, servers: [broker.pid] }
  return {
    hop: () => measureHop({ db, side, store: registerAt(side) }, plan),
    delivery: () => measureDelivery({ db, side, store, servers }, plan),
    clicks: () => acceptClicks(plan, clicked, () => publisher.count(clickQueue)),
  }
}

const part = 'rabbitmq'

/** Nothing but a line that says so where there is no RabbitMQ. */
export async function rabbitmq(plan: Plan): Promise<Figure[]> {
  if (!(await findServer())) {
    console.log('  skipped: no rabbitmq-server')
    return []
  }
  await using stack = new AsyncDisposableStack()
  const [ours, floor] = [await openRabbitmq(plan, stack), await openEmbedded(plan, stack)]

  const hops = await alternate({ ours: ours.hop, floor: floor.hop }, plan)
  const delivered = await alternate({ ours: ours.delivery, floor: floor.delivery }, plan)
  const clicked = await alternate(
    { ours: ours.clicks, floor: floor.clicks, answered: floor.answered },
    plan,
  )
  const rate = (clicks: Clicks) => clicks.rate
  return [
    ...figuresOf(part, hops, [
      ['stored → handled, idle', 'ms', (ms) => ms, { of: 'ours', atMost: 15 }],
    ]),
    ...figuresOf(part, delivered, [
      ['CPU of a delivery', 'ms', ({ consumer }) => consumer],
      ['with that of the servers', 'ms', ({ all }) => all],
    ]),
    ...figuresOf(part, { ours: clicked.ours, floor: clicked.answered }, [
      ['clicks accepted, : answered', '1/s', rate, { of: 'ratio', atLeast: 0.3 }],
    ]),
    ...figuresOf(part, clicked, [
      ['clicks accepted', '1/s', rate],
      ['CPU of a click accepted', 'ms', ({ cpuMsPerRequest }) => cpuMsPerRequest],
      ['clicks handled after the load', '1/s', ({ handledRate }) => handledRate],
      ['clicks that wait after the load', '', ({ waiting }) => waiting],
    ]),
  ]
}
