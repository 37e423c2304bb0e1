import { html } from 'hono/html'
import { percent } from '../../formats/table.ts'
import { allReplicas } from '../judge/replica-shares.ts'
import type { Measurement } from '../measurement.ts'
import { inUnit } from './figures.ts'

type Fact = readonly [name: string, value: string | number]

const table = (caption: string, facts: readonly Fact[]) => html`<table class="facts">
<caption>${caption}</caption>
<tbody>${facts.map(
  ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>\n`,
)}</tbody>
</table>`

function gateFacts({ gate: { probe, noise, ignored }, generators = [] }: Measurement): Fact[] {
  const share = (value: number | undefined) => (value === undefined ? 'not known' : percent(value))
  return [
    ['noise floor', `${percent(noise)}: equal runs differ by up to this much`],
    ...(generators.length > 0 ? [['load generators', generators.join(' · ')] as const] : []),
    ['load generator, p95', `${inUnit(probe.p95Ms, 'ms')} against a server that answers at once`],
    ['load generator, CPU', `${share(probe.cpuShare)} of a core`],
    ['load generator, waiting for a core', share(probe.waitShare)],
    ['requests dropped', probe.dropped],
    ['objections', probe.objections.join('; ') || 'none'],
    ['gate', ignored ? 'ignored' : 'passed'],
  ]
}

/**
 * Settings of several experiments: a row per setting, the experiments that share a value together.
 */
export function settingFacts({ settings }: Measurement): Fact[] {
  const names = [...new Set(Object.values(settings).flatMap((each) => Object.keys(each)))]
  return names.map((name) => {
    const byValue = Map.groupBy(Object.keys(settings), (experiment) =>
      String(settings[experiment]?.[name] ?? 'default'),
    )
    const values = [...byValue].map(([value, experiments]) =>
      byValue.size === 1 ? value : `${value} (${experiments.join(', ')})`,
    )
    return [name, values.join(' · ')] as const
  })
}

/** The replicas that answered; none if no response named its replica. */
function answeredFacts({ platform, measured }: Measurement): Fact[] {
  const names = allReplicas(measured)
  return [
    ...(platform
      ? [['platform', `${platform.baseUrl}, from port ${platform.firstPort}`] as Fact]
      : []),
    ...(platform ? [['scaled by', platform.scale] as Fact] : []),
    ...(names.length > 0 ? [['answered by', names.join(', ')] as Fact] : []),
  ]
}

/** The gate, the machine, the versions and the settings. */
export const conditionsSection = (measurement: Measurement) => html`<div class="panels">
<div>${table('Gate', gateFacts(measurement))}
${table('Machine', [...Object.entries(measurement.machine), ...answeredFacts(measurement)])}
${table('Versions', Object.entries(measurement.versions))}</div>
<div>${table('Settings', settingFacts(measurement))}</div></div>`
