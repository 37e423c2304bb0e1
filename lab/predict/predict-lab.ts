import { pathsOf, type Visit } from '../../model/paths.ts'
import { scenarios } from '../../model/scenarios.ts'
import { ceilingOf, lowestCeiling } from './ceiling.ts'
import { type Formula, formulas } from './formulas.ts'
import { placesOnPath, slotMs } from './lab-places.ts'
import { type Lab, type LabOptions, labOf } from './lab-settings.ts'
import type { Service } from './service.ts'

export type ScenarioPrediction = {
  scenario: number
  title: string
  /** For one client on an idle lab, from request to answer. */
  latencyMs: number
  /** The highest rate that every place on the path can keep. */
  ceilingPerSecond: number
  /** The place that sets it, such as `user slots`. */
  bottleneck: string
  /** The ceiling of each place that is held at all. */
  ceilings: Record<string, number>
  formulas: readonly Formula[]
}

/** The prediction for a lab, with its inputs. */
export type LabPrediction = Lab & { scenarios: ScenarioPrediction[] }

function visitOf(number: number, { settings }: Lab): Visit {
  const paths: Record<number, Visit> = pathsOf(settings.PAYMENT_OUTCOME)
  const visit = paths[number]
  if (!visit) throw new RangeError(`There is no scenario ${number}`)
  return visit
}

function predictScenario(number: number, title: string, lab: Lab): ScenarioPrediction {
  const visit = visitOf(number, lab)
  const places = placesOnPath(visit, lab)
  const { perSecond, bottleneck } = lowestCeiling(places)
  const held = places.filter(({ holdMs }) => holdMs > 0)
  return {
    scenario: number,
    title,
    latencyMs: lab.calibration.hopMs + slotMs(visit, lab),
    ceilingPerSecond: perSecond,
    bottleneck: bottleneck.name,
    ceilings: Object.fromEntries(held.map((place) => [place.name, ceilingOf(place)])),
    formulas: [formulas.sum, formulas.little],
  }
}

/**
 * Predicts the six scenarios from settings and calibration alone.
 * @throws RangeError naming what is not above 0
 */
export function predictLab(options: LabOptions): LabPrediction {
  const lab = labOf(options)
  return {
    ...lab,
    scenarios: scenarios.map(({ number, title }) => predictScenario(number, title, lab)),
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
