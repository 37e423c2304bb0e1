import { type SettingName, type SettingValue, settings } from '../../model/settings.ts'

const names = [
  'EMAIL_DELAY_MS',
  'PAYMENT_DELAY_MS',
  'PAYMENT_OUTCOME',
  'REPORT_CPU_SECONDS',
  'REPORT_BUDGET',
  'CONCURRENCY',
  'QUEUE_LIMIT',
  'QUEUE_TIMEOUT_MS',
  'LOOP_WAIT_LIMIT_MS',
  'DB_POOL_MAX',
] as const satisfies SettingName[]

/** The settings that a prediction follows from. */
export type LabSettings = { [S in (typeof names)[number]]: SettingValue<S> } & {
  /** The cores of the machine, unless it is set. */
  REPORT_WORKERS?: number
}

const defaults = Object.fromEntries(
  names.map((name) => [name, settings[name].default]),
) as LabSettings

/** The settings of a lab; those that are left out have their defaults. */
export const withDefaults = (given: Partial<LabSettings>): LabSettings => ({
  ...defaults,
  ...given,
})

export const isLabSetting = (name: string) => name in defaults || name === 'REPORT_WORKERS'

/** Those of some variables that predictions follow from; a number is a number. */
export const parseSettings = (given: Readonly<Record<string, string>>): Partial<LabSettings> =>
  Object.fromEntries(
    Object.entries(given)
      .filter(([name]) => isLabSetting(name))
      .map(([name, value]) => [name, Number.isNaN(Number(value)) ? value : Number(value)]),
  )

/** The measured cost of an idle lab. */
export type Calibration = {
  /** From request to answer of a function that does nothing, as k6 sees it, back to back. */
  hopMs: number
  /** The same at some rates of arrivals: after a pause, a request takes longer. Sorted. */
  pacedHops: readonly { perSecond: number; hopMs: number }[]
  /** CPU time of that request in its service. A call is taken to cost its caller the same. */
  hopCpuMs: number
  /** A call of a function that does nothing, as its caller sees it. */
  callMs: number
  /** One query, from its connection to its rows. */
  queryMs: number
  /** How long a report occupies a worker thread beyond its CPU time. */
  reportMs: number
}

/** The hop at a rate of arrivals: between two measured rates, linear in the logarithm of the rate. */
export function hopAt({ pacedHops, hopMs }: Calibration, perSecond: number): number {
  const above = pacedHops.findIndex((it) => it.perSecond >= perSecond)
  const [low, high] = [pacedHops[above - 1], pacedHops.at(above)]
  if (!high) return hopMs
  // Beyond the measured rates, the nearest one.
  if (!low || above < 0) return high.hopMs
  const share = Math.log(perSecond / low.perSecond) / Math.log(high.perSecond / low.perSecond)
  return low.hopMs + share * (high.hopMs - low.hopMs)
}

/** For rates that are shares of the ceiling of slots: the cost of a hop hardly matters to them. */
export const idealCalibration: Calibration = {
  ...{ hopMs: 0.1, pacedHops: [], hopCpuMs: 0.01, callMs: 0.1, queryMs: 0.1, reportMs: 0 },
}

/** The lab that a prediction is for, complete and checked. */
export type Lab = {
  settings: LabSettings
  /** The cores of the machine that the services share. */
  cores: number
  calibration: Calibration
}

type LabOptions = Omit<Lab, 'settings'> & { settings?: Partial<LabSettings> }

/** @throws RangeError naming what is not above 0 */
export function labOf({ settings: given = {}, cores, calibration }: LabOptions): Lab {
  const { pacedHops: _, reportMs: __, ...times } = calibration
  for (const [name, value] of Object.entries({ cores, ...times }))
    if (!(Number.isFinite(value) && value > 0))
      throw new RangeError(`${name} must be a number above 0, not ${value}`)
  return { settings: withDefaults(given), cores, calibration }
}
