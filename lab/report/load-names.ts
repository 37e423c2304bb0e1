/** Loads as a sentence names them. */
import type { LoadKey } from '../load-figures.ts'

const requests: Record<number, string> = {
  1: 'registrations',
  2: 'payments',
  3: 'product updates',
  4: 'reports',
  5: 'orders',
  6: 'clicks',
}

const arrivals: Record<string, string> = {
  even: ', even arrivals',
  poisson: ', Poisson arrivals',
  closed: ', closed loop',
}

/** `even-150`, after the scenario: at a share of the ceiling, or at a rate of clicks. */
function rateInWords({ scenario, load }: LoadKey): string {
  const [, process = '', rate = ''] = /-(even|poisson|closed)-(\d+)$/.exec(load) ?? []
  if (!rate) return ''
  return scenario === 6 ? ` at ${rate}/s` : ` at ${rate} %${arrivals[process]}`
}

/** `-with-none` or `-with-1-4`, after the scenario. */
function othersInWords({ load }: LoadKey): string {
  const others = /-with-([\d-]+)$/.exec(load)?.[1]
  return others ? ` beside ${others.replaceAll('-', ', ')}` : ' alone'
}

/** `search-plus-20`, the condition. */
function slowerInWords({ condition }: LoadKey): string {
  const [, service = '', ms = ''] = /^(\w+)-plus-(\d+)$/.exec(condition) ?? []
  return Number(ms) > 0 ? `, ${service} slower by ${ms} ms` : ''
}

const replicasInWords = ({ condition }: LoadKey) =>
  ` of ${condition} replica${condition === '1' ? '' : 's'}`

const details: Record<string, (key: LoadKey) => string> = {
  baseline: () => ', one client',
  capacity: rateInWords,
  together: othersInWords,
  'fan-out': slowerInWords,
  replicas: replicasInWords,
}

/** A load by its place: `reports at 150 %, even arrivals`, `orders, one client`. */
export const loadInWords = (key: LoadKey): string =>
  `${requests[key.scenario]}${details[key.experiment]?.(key) ?? `, ${key.load}`}`
