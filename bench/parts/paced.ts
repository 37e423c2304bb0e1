/** One client: how much slower its requests are after a pause. */
import { launchLab } from '../../local/lab.ts'
import { openLabDatabase } from '../../local/postgres/lab-database.ts'
import { inheritedBy } from '../../local/processes/inherited.ts'
import { scenarioOf } from '../../model/scenarios.ts'
import { type Figure, figuresOf, type Rounds, type Target } from '../figure.ts'
import { startFloors } from '../floors/start.ts'
import { alternate, type Plan, settingsOf } from '../plan.ts'
import { measureLoad } from '../program.ts'

/** Median latencies in milliseconds. */
type Latencies = { backToBack: number; apart: number; rested: number }

const apartMs = 250
const restMs = 12_000

/** Measures one scenario of a server at the three paces, one after another. */
const measureAt =
  (plan: Plan, scenario: number, address: string) => async (): Promise<Latencies> => {
    const port = Number(new URL(address).port)
    const latencyAt = async (pauseMs: number, seconds: number) => {
      const load = { port, scenario, connections: 1, pauseMs, pids: [] }
      return (await measureLoad(load, { ...plan, seconds })).p50Ms
    }
    const longest = plan.quick ? apartMs : restMs
    return {
      backToBack: await latencyAt(0, plan.seconds / 2),
      apart: await latencyAt(apartMs, plan.seconds * 1.5),
      // It ends with the one answer that comes after the rest.
      rested: await latencyAt(longest, longest / 1000),
    }
  }

/** Three scenarios, and the floors of two of them. No process is pinned, as in any lab. */
export async function paced(given: Plan): Promise<Figure[]> {
  const plan = { ...given, cores: { server: [], servers: [], client: [] } }
  const { logFolder } = plan
  await using stack = new AsyncDisposableStack()
  const { url: databaseUrl, close } = await openLabDatabase({ port: 0 })
  stack.defer(close)
  const environment = settingsOf(plan)
  const inherited = inheritedBy(process.env)
  const lab = launchLab({ databaseUrl, environment, inherited, logFolder })
  stack.defer(lab.kill)
  await lab.ready
  const floorOf = async (name: 'order' | 'analytics') => {
    const options = { environment: { DATABASE_URL: databaseUrl }, cores: [], logFolder }
    const servers = await startFloors(name, options)
    stack.defer(async () => void (await Promise.all(servers.map((server) => server.close()))))
    return servers[0].url
  }
  const measured = {
    update: measureAt(plan, 3, lab.urls.product),
    order: measureAt(plan, 5, lab.urls.order),
    orderFloor: measureAt(plan, 5, await floorOf('order')),
    click: measureAt(plan, 6, lab.urls.analytics),
    clickFloor: measureAt(plan, 6, await floorOf('analytics')),
  }
  // Each measurement warms up by itself: a round without a result would last a minute and a half.
  return figures(await alternate(measured, { ...plan, quick: true }))
}

type Measured = Record<'update' | 'order' | 'orderFloor' | 'click' | 'clickFloor', Latencies[]>

type Targets = { apart: Target; rested: Target }

const own: Targets = {
  apart: { of: 'ours', atMost: 1.2 },
  rested: { of: 'ours', atMost: 1.8 },
}
// A click takes so little time that waking its process is most of it, on the floor as well.
const ofFloor: Targets = {
  apart: { of: 'ratio', atMost: 1.2 },
  rested: { of: 'ratio', atMost: 1.2 },
}

const figures = ({ update, order, orderFloor, click, clickFloor }: Measured): Figure[] => [
  ...slowdowns(3, { ours: update }, own),
  ...slowdowns(5, { ours: order, floor: orderFloor }, own),
  ...slowdowns(6, { ours: click, floor: clickFloor }, ofFloor),
]

/** The latencies of a scenario, and how many times as long they are as back to back. */
const slowdowns = (scenario: number, rounds: Rounds<Latencies>, targets: Targets): Figure[] => {
  const { title } = scenarioOf(scenario)
  return figuresOf('paced', rounds, [
    [`${title}, back to back`, 'ms', (it) => it.backToBack],
    [`${title}, 250 ms apart`, 'ms', (it) => it.apart],
    [`${title}, after 12 s`, 'ms', (it) => it.rested],
    [`${title}, slower 250 ms apart`, 'times', (it) => it.apart / it.backToBack, targets.apart],
    [`${title}, slower after 12 s`, 'times', (it) => it.rested / it.backToBack, targets.rested],
  ])
}
