/** The resources that a request of one scenario holds, and for how long. */
import { flatten, type Visit } from '../../model/paths.ts'
import type { FunctionName } from '../../model/services.ts'
import type { Place } from './ceiling.ts'
import type { Lab } from './lab-settings.ts'

/** The time that a visit waits or computes by itself, in milliseconds. */
export const ownMs = (visit: Visit, { settings }: Lab): number =>
  (visit.waits ? settings[visit.waits] : 0) +
  (visit.computes ? settings.REPORT_CPU_SECONDS * 1000 : 0)

const queriesMs = ({ queries = 0 }: Visit, { calibration }: Lab) => queries * calibration.queryMs

/**
 * How long a visit holds its slot: its own time and the whole of each call, since it waits for them
 * in turn. The hop of its own request is outside: a slot is taken when the body has arrived.
 */
export const slotMs = (visit: Visit, lab: Lab): number =>
  (visit.calls ?? []).reduce(
    (sum, call) => sum + lab.calibration.hopMs + slotMs(call, lab),
    ownMs(visit, lab) + queriesMs(visit, lab),
  )

const sumOf = (visits: Visit[], msOf: (visit: Visit) => number) =>
  visits.reduce((sum, visit) => sum + msOf(visit), 0)

/** CPU time on the event loop: of the request, and of each call that it makes. */
const loopMs = ({ calls = [] }: Visit, { calibration }: Lab) =>
  calibration.hopCpuMs * (1 + calls.length)

/** The worker threads that compute at once. With a wall budget, reports end on time regardless. */
function workersOf(visits: Visit[], { settings, cores }: Lab): Place[] {
  if (settings.REPORT_BUDGET === 'wall' || !visits.some(({ computes }) => computes)) return []
  const servers = Math.min(settings.REPORT_WORKERS ?? cores, cores)
  return [{ name: 'report workers', servers, holdMs: settings.REPORT_CPU_SECONDS * 1000 }]
}

function placesAt(name: FunctionName, all: Visit[], lab: Lab): Place[] {
  const { settings } = lab
  const visits = all.filter((visit) => visit.of === name)
  const held = (msOf: (visit: Visit, lab: Lab) => number) =>
    sumOf(visits, (visit) => msOf(visit, lab))
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
export function placesOnPath(visit: Visit, lab: Lab): [Place, ...Place[]] {
  const visits = flatten(visit)
  const workers = workersOf(visits, lab)
  const cpuMs = sumOf(visits, (each) => loopMs(each, lab)) + (workers[0]?.holdMs ?? 0)
  const services = [...new Set(visits.map(({ of }) => of))]
  return [
    { name: 'cores', servers: lab.cores, holdMs: cpuMs },
    ...workers,
    ...services.flatMap((name) => placesAt(name, visits, lab)),
  ]
}
