import { flatten, pathsOf, type Visit } from '../../model/paths.ts'
import type { FunctionName } from '../../model/services.ts'
import { ceilingOf, lowestCeiling, type Place } from './ceiling.ts'
import type { Lab } from './lab-settings.ts'
import type { Service } from './service.ts'

function visitOf(number: number, { settings }: Lab): Visit {
  const paths: Record<number, Visit> = pathsOf(settings.PAYMENT_OUTCOME)
  const visit = paths[number]
  if (!visit) throw new RangeError(`There is no scenario ${number}`)
  return visit
}

/**
 * Predicts a scenario from settings and calibration alone.
 * @throws RangeError if there is no such scenario
 */
export function predictScenario(scenario: number, lab: Lab) {
  const visit = visitOf(scenario, lab)
  const places = placesOnPath(visit, lab)
  const { perSecond, bottleneck } = lowestCeiling(places)
  const held = places.filter(({ holdMs }) => holdMs > 0)
  return {
    /** For one client on an idle lab, from request to answer. */
    latencyMs: lab.calibration.hopMs + slotMs(visit, lab),
    /** The highest rate that every place on the path can keep. */
    ceilingPerSecond: perSecond,
    /** The place that sets it, such as `user slots`. */
    bottleneck: bottleneck.name,
    /** The ceiling of each place that is held at all. */
    ceilings: Object.fromEntries(held.map((place) => [place.name, ceilingOf(place)])),
  }
}

/** The event loop as a server of its own: it refuses by the estimated wait alone. */
const loopService = (lab: Lab, holdMs: number): Service => ({
  slots: 1,
  queueLimit: Infinity,
  queueTimeoutMs: lab.settings.LOOP_WAIT_LIMIT_MS || Infinity,
  delay: { fixedMs: holdMs },
  resources: [],
})

/**
 * The first service of a scenario, with its bottleneck, as requests from outside meet it.
 * @throws RangeError if there is no such scenario
 */
export function firstServiceOf(scenario: number, lab: Lab): Service {
  const visit = visitOf(scenario, lab)
  const { name, servers, holdMs } = lowestCeiling(placesOnPath(visit, lab)).bottleneck
  if (name === `${visit.of} event loop`) return loopService(lab, holdMs)
  const isOwnSlots = name === `${visit.of} slots`
  const { CONCURRENCY, QUEUE_LIMIT, QUEUE_TIMEOUT_MS } = lab.settings
  const restMs = slotMs(visit, lab) - (isOwnSlots ? 0 : holdMs)
  return {
    slots: CONCURRENCY,
    queueLimit: QUEUE_LIMIT,
    queueTimeoutMs: QUEUE_TIMEOUT_MS,
    delay: { fixedMs: Math.max(0, restMs) },
    resources: isOwnSlots ? [] : [{ name, servers, workMs: holdMs }],
  }
}

/** How long a report occupies a worker thread, in milliseconds. */
const reportMs = ({ settings, calibration }: Lab): number =>
  settings.REPORT_CPU_SECONDS * 1000 + calibration.reportMs

/** The time that a visit waits or computes by itself, in milliseconds. */
const ownMs = (visit: Visit, lab: Lab): number =>
  (visit.waits ? lab.settings[visit.waits] : 0) + (visit.computes ? reportMs(lab) : 0)

const queriesMs = ({ queries = 0 }: Visit, { calibration }: Lab) => queries * calibration.queryMs

/**
 * How long a visit holds its slot: its own time and the whole of each call, since it waits for them
 * in turn. The hop of its own request is outside: a slot is taken when the body has arrived.
 */
const slotMs = (visit: Visit, lab: Lab): number =>
  (visit.calls ?? []).reduce(
    (sum, call) => sum + lab.calibration.callMs + slotMs(call, lab),
    ownMs(visit, lab) + queriesMs(visit, lab),
  )

type Cost = (visit: Visit, lab: Lab) => number

const sumOf = (visits: Visit[], lab: Lab, msOf: Cost) =>
  visits.reduce((sum, visit) => sum + msOf(visit, lab), 0)

/** CPU time on the event loop: of the request, and of each call that it makes. */
const loopMs = ({ calls = [] }: Visit, { calibration }: Lab) =>
  calibration.hopCpuMs * (1 + calls.length)

/** The worker threads that compute at once. With a wall budget, reports end on time regardless. */
function workersOf(visits: Visit[], lab: Lab): Place[] {
  const { settings, cores } = lab
  if (settings.REPORT_BUDGET === 'wall' || !visits.some(({ computes }) => computes)) return []
  const servers = Math.min(settings.REPORT_WORKERS ?? cores, cores)
  return [{ name: 'report workers', servers, holdMs: reportMs(lab) }]
}

function placesAt(name: FunctionName, all: Visit[], lab: Lab): Place[] {
  const { settings } = lab
  const visits = all.filter((visit) => visit.of === name)
  const held = (msOf: Cost) => sumOf(visits, lab, msOf)
  return [
    { name: `${name} slots`, servers: settings.CONCURRENCY, holdMs: held(slotMs) },
    { name: `${name} pool`, servers: settings.DB_POOL_MAX, holdMs: held(queriesMs) },
    { name: `${name} event loop`, servers: 1, holdMs: held(loopMs) },
  ]
}

/**
 * Every place that a request of the visit holds: slots, pool and event loop of each service, the
 * workers of the report, the cores of the machine. Slots nest: a caller's are held while its
 * callee's are.
 */
function placesOnPath(visit: Visit, lab: Lab): [Place, ...Place[]] {
  const visits = flatten(visit)
  const workers = workersOf(visits, lab)
  const cpuMs = sumOf(visits, lab, loopMs) + (workers[0]?.holdMs ?? 0)
  const services = [...new Set(visits.map(({ of }) => of))]
  return [
    { name: 'cores', servers: lab.cores, holdMs: cpuMs },
    ...workers,
    ...services.flatMap((name) => placesAt(name, visits, lab)),
  ]
}
