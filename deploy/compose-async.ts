/**
 * docker-compose-async.yml: the text of docker-compose-sync.yml, with what differs in the
 * asynchronous style.
 */
import { readFileSync } from 'node:fs'
import { styles } from '../model/styles.ts'
import { withBroker } from './rabbitmq.ts'
import { createRestyle, dashboardOf } from './restyle.ts'

const { sync, async } = styles

const source = new URL(`../${sync.composeFile}`, import.meta.url)

/** What the parts that are written by hand say of the synchronous style, and what instead. */
const replacements: [from: string, to: string][] = [
  ['# The study: one', '# The same functions, but they communicate by messages: one'],
  ['name: lockstep', 'name: lockstep-async'],
  [sync.composeFile, async.composeFile],
  withBroker,
  [dashboardOf(sync), dashboardOf(async)],
  ['./observability/grafana/dashboards:', './observability/grafana/dashboards-async:'],
  [
    'than one request may wait: queue (30 s), connection (5 s) and three calls (10 s each).',
    'than what has begun may take: a delivery 10 s, a request its queue (30 s) and connection (5 s).',
  ],
  [
    'Callers depend on their callees, which start first and stop last.',
    'Functions depend on PostgreSQL alone: messages wait there until their consumers are ready.',
  ],
  [
    'four pools, each with one more connection for migrations and probes: 4 × (DB_POOL_MAX + 1).',
    'ten services, each with DB_POOL_MAX connections and a few for messages and probes.',
  ],
]

/**
 * Says of the asynchronous style what a text says of the synchronous one.
 * @throws Error naming what the text does not have
 */
export const restyle = createRestyle({ file: sync.composeFile, replacements })

/** The parts that are written by hand. */
export const asyncCompose = (): string =>
  `# generated from ${sync.composeFile} by npm run generate\n` +
  restyle(readFileSync(source, 'utf8'))
