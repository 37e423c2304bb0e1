/**
 * docker-compose-async.yml: the text of docker-compose-sync.yml, with what differs in the
 * asynchronous style.
 */
import { readFileSync } from 'node:fs'
import { styles } from '../model/styles.ts'
import { variable } from './compose.ts'
import { rabbitmqAccount, rabbitmqImage, withBroker } from './rabbitmq.ts'
import { createRestyle, dashboardOf } from './restyle.ts'

const { sync, async } = styles

const source = new URL(`../${sync.composeFile}`, import.meta.url)

const bind = variable('BIND_ADDRESS', '127.0.0.1')

/** The other broker. */
const rabbitmq = `
  # BROKER=rabbitmq docker compose -f ${async.composeFile} --profile rabbitmq up --build
  rabbitmq:
    <<: *confined
    image: ${rabbitmqImage}
    profiles: [rabbitmq]
    container_name: rabbitmq${async.suffix}
    # The name of its data, which a new container finds again.
    hostname: rabbitmq
    # Runs as its own account from the start: preparing a new volume needs no root.
    user: rabbitmq
    environment:
      RABBITMQ_DEFAULT_USER: ${rabbitmqAccount}
      RABBITMQ_DEFAULT_PASS: ${rabbitmqAccount}
      # It opens a log of upgrades at each start, and the file system is read-only.
      RABBITMQ_LOG_BASE: /tmp
      # Bytes that quorum queues may hold in memory; the default is half of mem_limit.
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: -ra wal_max_size_bytes 67108864
    ports:
      - '${bind}:${variable('RABBITMQ_PORT', 5672)}:5672'
      - '${bind}:${variable('RABBITMQ_MANAGEMENT_PORT', 15672)}:15672'
    volumes: ['rabbitmq_data:/var/lib/rabbitmq']
    tmpfs: ['/tmp:mode=1777']
    cpus: ${variable('RABBITMQ_CPUS', '2')}
    mem_limit: ${variable('RABBITMQ_MEMORY', '1g')}
    stop_grace_period: 60s
    healthcheck:
      # It listens once it has started. A program that asks the server starts an Erlang each time.
      test: [CMD, bash, -c, 'exec 3<>/dev/tcp/127.0.0.1/5672']
      interval: 5s
      timeout: 10s
      retries: 3
      start_period: 60s
`

const prometheus = '\n  prometheus:\n'
const volume = '  prometheus_data:\n'

/** What the parts that are written by hand say of the synchronous style, and what instead. */
const replacements: [from: string, to: string][] = [
  ['# The study: one', '# The same functions, but they communicate by messages: one'],
  ['name: lockstep', 'name: lockstep-async'],
  [sync.composeFile, async.composeFile],
  withBroker,
  [prometheus, rabbitmq + prometheus],
  [volume, `  rabbitmq_data:\n${volume}`],
  [dashboardOf(sync), dashboardOf(async)],
  ['./observability/grafana/dashboards:', './observability/grafana/dashboards-async:'],
  [
    'than one request may wait: queue (30 s), connection (5 s) and three calls (10 s each).',
    'than what has begun may take: a delivery 10 s, a request its queue (30 s) and connection (5 s).',
  ],
  [
    'Callers depend on their callees, which start first and stop last.',
    'Functions depend on PostgreSQL alone: messages wait there, on their way to RabbitMQ as well.',
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
