/** Judges the claims whose loads were planned. */
import { counted } from '../../formats/table.ts'
import { type Experiment, loadsOf } from '../experiment.ts'
import {
  type JudgedClaim,
  type LoadMeasurement,
  type LoadPrediction,
  nameOf,
} from '../load-figures.ts'
import { withDefaults } from '../predict/lab-settings.ts'
import { claims } from './claims.ts'
import { judgeInterval, type Reading } from './criteria.ts'
import { startsToTell } from './more-runs.ts'

export type Evidence = {
  experiments: readonly Experiment[]
  predictions: readonly LoadPrediction[]
  measured: readonly LoadMeasurement[]
}

type Planned = Pick<Evidence, 'experiments' | 'predictions'>

/** The claims whose load is planned, with all that is known of them before the measurement. */
function planClaims({ experiments, predictions }: Planned) {
  const settingsOf = new Map(
    experiments.flatMap((experiment) =>
      loadsOf(experiment).map(({ key }) => [nameOf(key), withDefaults(experiment.settings)]),
    ),
  )
  const predictionOf = new Map(predictions.map((each) => [nameOf(each), each]))
  return claims.flatMap(({ judge: criterion, ...claim }) => {
    const settings = settingsOf.get(claim.load)
    if (!settings) return []
    const range = criterion.rangeOf({ settings, predicted: predictionOf.get(claim.load) })
    return [{ ...claim, criterion, range }]
  })
}

/** Each planned claim with its range, by its name. */
export const describeClaims = (planned: Planned): Record<string, string> =>
  Object.fromEntries(
    planClaims(planned).map(({ id, claim, range }) => [id, `${claim} ${range?.stated ?? ''}`]),
  )

export function judgeClaims({ measured, ...planned }: Evidence): JudgedClaim[] {
  const measurementOf = new Map(measured.map((each) => [nameOf(each), each]))
  return planClaims(planned).map(({ id, claim, load, beside = '', criterion, range }) => {
    const measurement = measurementOf.get(load)
    const common = { id, scenario: Number(id[0]), claim, unit: criterion.unit }
    const { stated = '', allowed = {} } = range ?? {}
    const none = { measured: { value: Number.NaN }, runs: [], verdict: 'not measured' as const }
    if (!range || !measurement) {
      const reason = range ? 'its load was not measured' : 'nothing was predicted for its load'
      return { ...common, stated, allowed, ...none, reason }
    }
    const reading = criterion.read({ measured: measurement, other: measurementOf.get(beside) })
    if (typeof reading === 'string') return { ...common, stated, allowed, ...none, reason: reading }
    const { refuted, ...figures } = reading
    const verdict = refuted ? 'refuted' : judgeInterval(allowed, figures.measured.interval)
    const { starts } = measurement
    const why = verdict === 'open' ? { reason: whyOpen({ ...figures, allowed, starts }) } : {}
    return { ...common, stated, allowed, ...figures, verdict, ...why }
  })
}

type Open = Reading & Pick<JudgedClaim, 'allowed'> & Pick<LoadMeasurement, 'starts'>

/** Why an interval is missing or too wide. */
function whyOpen({ measured: { value, interval }, runs, allowed, starts }: Open): string {
  if (interval)
    return `the interval reaches beyond the range: ${startsToTell({ value, interval, allowed, starts })}`
  return `${counted(runs.length, 'run')} ${runs.length === 1 ? 'is' : 'are'} too few for an interval`
}
