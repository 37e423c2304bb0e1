/** Tables of the documentation that follow from the model. */
import { events } from '../functions/messaging/events.ts'
import { messageMetrics } from '../model/message-metrics.ts'
import {
  type EventName,
  eventNames,
  exchanges,
  type QueueName,
  queuesOf,
} from '../model/messages.ts'
import {
  containerOf,
  type FunctionName,
  functionNames,
  type Service,
  services,
  urlVariable,
} from '../model/services.ts'
import type { Setting } from '../model/setting.ts'
import { settingNames, settingOf } from '../model/settings.ts'

type Metric = { name: string; help: string; labelNames?: readonly string[] }

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

const table = (headings: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(headings), `|${'---|'.repeat(headings.length)}`, ...rows.map(row)].join('\n')

export const servicesTable = (): string =>
  table(
    ['service', 'container', 'port', 'database', 'scenario', 'what it does'],
    functionNames.map((name) => {
      const { name: service, port, database, scenarios, does } = services[name]
      const cells = [String(port), database ? 'yes' : 'no', scenarios.join(', '), does]
      return [service, containerOf(name), ...cells]
    }),
  )

const isCalled = (name: FunctionName) =>
  functionNames.some((caller) => services[caller].calls.includes(name))

function defaultOf({ kind, default: value, defaultText }: Setting): string {
  if (defaultText !== undefined) return defaultText
  if (value === '') return '—'
  return kind === 'integer' || kind === 'seconds' ? String(value) : `\`${value}\``
}

const code = (texts: readonly string[]) => texts.map((text) => `\`${text}\``).join(', ')

function meaningOf(setting: Setting): string {
  if (setting.kind === 'choice') return `${setting.help} (${code(setting.choices)})`
  return setting.kind === 'json' ? `${setting.help}: \`${setting.example}\`` : setting.help
}

/** Settings without a default; the program that starts a container sets them. */
const addresses = () => [
  ['`FUNCTION`', '—', `the function that a container runs (${code(functionNames)})`],
  ['`DATABASE_URL`', '—', 'the PostgreSQL server; `npm start` brings one unless it is set'],
  [
    code(functionNames.filter(isCalled).map(urlVariable)),
    '—',
    'the address of each service that the function calls',
  ],
]

export const settingsTable = (): string =>
  table(
    ['variable', 'default', 'meaning'],
    [
      ...addresses(),
      ...settingNames.map((name) => {
        const setting = settingOf(name)
        return [`\`${name}\``, defaultOf(setting), meaningOf(setting)]
      }),
    ],
  )

const servicesWith = (has: (service: Service) => boolean) =>
  functionNames.filter((name) => has(services[name])).join(', ')

const publisherOf = (event: EventName) => servicesWith(({ publishes }) => publishes.includes(event))

const consumerOf = (queue: QueueName) => servicesWith(({ consumes }) => consumes.includes(queue))

const fieldsOf = (event: EventName) =>
  Object.entries(events[event].data.shape).map(([field, schema]) =>
    schema.safeParse(undefined).success ? `${field}?` : field,
  )

/** Every event with its way, by the names of functions, and the fields of its data. */
export const messagesTable = (): string =>
  table(
    ['event', 'exchange', 'queue', 'from → to', 'data'],
    eventNames.map((event) => {
      const queues = queuesOf(event)
      const exchange = exchanges[event]
      const to = queues.map(consumerOf).join(', ') || '—'
      return [
        event,
        code(exchange ? [exchange] : []) || '—',
        code(queues) || '—',
        `${publisherOf(event)} → ${to}`,
        code(fieldsOf(event)),
      ]
    }),
  )

/** The metrics that only the asynchronous style has. */
export const messageMetricsTable = (): string =>
  table(
    ['metric', 'labels', 'meaning'],
    Object.values<Metric>(messageMetrics).map(({ name, labelNames = [], help }) => [
      code([name]),
      code(labelNames) || '—',
      help,
    ]),
  )
