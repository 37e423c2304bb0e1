/** swarm-async.yml: the text of swarm.yml, with what differs in the asynchronous style. */
import { readFileSync } from 'node:fs'
import { styles } from '../model/styles.ts'
import { rabbitmqAccount, rabbitmqImage, withBroker } from './rabbitmq.ts'
import { createRestyle, dashboardOf } from './restyle.ts'

const { sync, async } = styles

const file = 'deploy/swarm.yml'

/** Replicas of RabbitMQ: none while messages wait in PostgreSQL, or in a RabbitMQ elsewhere. */
const rabbitmq = `  # RABBITMQ_REPLICAS=1 runs it; several would not share their queues.
  rabbitmq:
    <<: *confined
    image: ${rabbitmqImage}
    user: rabbitmq
    # Its data is in a folder of that name.
    hostname: rabbitmq
    environment:
      RABBITMQ_DEFAULT_USER: ${rabbitmqAccount}
      RABBITMQ_DEFAULT_PASS: ${rabbitmqAccount}
      # It opens a log of upgrades at each start, and the file system is read-only.
      RABBITMQ_LOG_BASE: /tmp
      # Bytes that quorum queues may hold in memory; the default is half of the limit.
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: -ra wal_max_size_bytes 67108864
    volumes:
      - rabbitmq_data:/var/lib/rabbitmq
      - { type: tmpfs, target: /tmp }
    healthcheck:
      # A program that asks the server starts an Erlang each time.
      test: [CMD, bash, -c, 'exec 3<>/dev/tcp/127.0.0.1/5672']
      interval: 5s
      timeout: 10s
      retries: 3
      start_period: 60s
    stop_grace_period: 60s
    deploy:
      <<: *single
      replicas: \${RABBITMQ_REPLICAS:-0}
      resources: { limits: { cpus: '\${RABBITMQ_CPUS:-2}', memory: '\${RABBITMQ_MEMORY:-1g}' } }

`

const entrance = '  # The ports of all services on a node'

/** What the parts that are written by hand say of the synchronous style, and what instead. */
const replacements: [from: string, to: string][] = [
  ['# The study on', '# The same functions on'],
  ['with three replicas, and an', 'with three replicas that share its queues, and an'],
  ['swarm.yml lockstep', 'swarm-async.yml lockstep-async'],
  [
    'replica: callers take turns among them, and Prometheus scrapes them all.',
    'replica, for the entrance and for Prometheus.',
  ],
  [
    'Longer than callers keep an address, so that they know',
    'Longer than the entrance keeps an address, so that it knows',
  ],
  [sync.composeFile, async.composeFile],
  [dashboardOf(sync), dashboardOf(async)],
  ['../observability/grafana/dashboards/', '../observability/grafana/dashboards-async/'],
  ['swarm/prometheus.yml', 'swarm/prometheus-async.yml'],
  withBroker,
  [entrance, rabbitmq + entrance],
  ['\n  prometheus_data:\n', '\n  rabbitmq_data:\n  prometheus_data:\n'],
]

const restyle = createRestyle({ file, replacements })

/** The parts that are written by hand. */
export const asyncSwarm = (): string =>
  `# generated from ${file} by npm run generate\n` +
  restyle(readFileSync(new URL('swarm.yml', import.meta.url), 'utf8'))
